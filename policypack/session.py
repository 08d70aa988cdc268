"""One operation of the engine: what has been seen, what was found, and what was said already."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timezone
from typing import Any

from .credentials import read_credential
from .findings import Finding, Kind, violation
from .model import Credential, Resource, Role, is_unknown
from .reading import with_unknowns
from .roles import read_role
from .rule import Rule
from .settings import NAME as SETTINGS
from .settings import Exemption, Settings
from .stack import ROLES, Stack, is_credential

UNDECIDED = "undecided"
_ANSWERED = frozenset({"inlinePolicies", "managedPolicyArns", "policies"})
"""Outputs of a role that a refresh fills in, and that stay old while policies change."""

Reports = Mapping[str, Sequence[tuple[str, str]]]
"""URN and message of what each policy has to say."""


class Session:
    """Judges resources as they are registered, and the whole stack when all are there.

    What was said of a resource at its registration is not said again of the whole stack.
    """

    def __init__(self, rules: Sequence[Rule], settings: Settings, *, preview: bool) -> None:
        self._rules = rules
        self._settings = settings
        self._preview = preview
        self._registered = Stack(preview=preview)
        self._said: set[tuple[str, Finding]] = set()
        self._late = False

    def register(self, resource: Resource) -> Reports:
        """Judge what a resource, about to be made or changed, means for the roles it bears on."""
        stack = self._registered
        resource = with_unknowns(resource) if self._preview else resource
        stack.add(resource)
        urns = [resource.urn] if resource.type in ROLES else stack.link(resource)
        found = self._judge_roles(stack, urns)
        # At preview what is unknown now may still be settled by the whole stack.
        return self._reports(found, with_undecided=not self._preview)

    def finish(self, resources: Iterable[Resource]) -> Reports:
        """Judge the whole stack, with all outputs and dependencies that are known."""
        stack = Stack(preview=self._preview, whole=True)
        self._late = not self._preview and bool(self._registered.resources)
        listed = [self._as_set(each) for each in resources]
        for resource in listed:
            stack.add(resource)
        for resource in listed:
            if resource.type not in ROLES:
                stack.link(resource)
        found = self._judge_roles(stack, [each.urn for each in listed if each.type in ROLES])
        for each in filter(is_credential, listed):
            credential = read_credential(each, stack)
            for rule in self._rules:
                if rule.check_credential is not None:
                    found += self._checked(rule, rule.check_credential, credential)
        reports = self._reports(found, with_undecided=True)
        return {**reports, **_exemption_reports(self._settings.exemptions, _today())}

    def _as_set(self, resource: Resource) -> Resource:
        """Leave out what the program did not set: what a refresh, or the provider, filled in.

        At preview the whole stack shows the second as unknown, as if the program had set it.
        """
        resource = with_unknowns(resource) if self._preview else resource
        registered = self._registered.resources.get(resource.urn)
        if registered is None:
            return resource
        answers = _ANSWERED if resource.type in ROLES else frozenset()
        properties = {
            key: value
            for key, value in resource.properties.items()
            if key in registered.properties or not (key in answers or is_unknown(value))
        }
        return replace(resource, properties=properties)

    def _judge_roles(self, stack: Stack, urns: Iterable[str]) -> list[tuple[Rule, Finding]]:
        found: list[tuple[Rule, Finding]] = []
        for urn in dict.fromkeys(urns):
            role = read_role(stack.resources[urn], stack, self._settings)
            for rule in self._rules:
                if role is not None and rule.check_role is not None:
                    found += self._checked(rule, rule.check_role, role)
        return found

    def _checked(
        self,
        rule: Rule,
        check: Callable[[Any, Settings], Iterable[Finding]],
        subject: Role | Credential,
    ) -> list[tuple[Rule, Finding]]:
        """Run one rule. One that breaks refuses: what it did not judge may be anything."""
        try:
            return [(rule, each) for each in check(subject, self._settings)]
        except Exception as error:  # whatever it is, it is no pass
            what = f"could not be judged by {rule.name}: {type(error).__name__} in the rule"
            risk = "what is not judged is not known to be safe."
            fix = "report it as a bug of the pack; until then exempt the resource from the rule."
            return [(rule, violation(subject.urn, subject.name, what, risk=risk, fix=fix))]

    def _reports(self, found: Iterable[tuple[Rule, Finding]], *, with_undecided: bool) -> Reports:
        today = _today()
        reports: dict[str, list[tuple[str, str]]] = defaultdict(list)
        open_questions: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for rule, finding in found:
            if finding.kind is Kind.UNDECIDED and not with_undecided:
                continue
            if (rule.name, finding) in self._said:
                continue
            self._said.add((rule.name, finding))
            names = {rule.name, UNDECIDED if finding.kind is Kind.UNDECIDED else rule.name}
            exemptions = self._settings.exemptions
            if any(each.covers(n, finding.urn, today) for each in exemptions for n in names):
                continue
            if finding.kind is Kind.UNDECIDED:
                question = f"{finding.where} {finding.what}"
                open_questions[finding.urn][question].append(rule.name)
                continue
            name = rule.name if finding.kind is Kind.VIOLATION else f"{rule.name}-advisory"
            text = message(rule, finding) + (_LATE if self._late else "")
            reports[name].append((finding.urn, text))
        for urn, questions in open_questions.items():
            reports[UNDECIDED].append((urn, _undecided_message(urn, questions)))
        return reports


_LATE = "\n  When: judged with the whole stack, so it may be deployed already."


def message(rule: Rule, finding: Finding) -> str:
    """Write a finding for a person: the place, what is wrong, the risk, the fix, the source."""
    return (
        f"{finding.urn.rpartition('::')[2]}: {finding.where} {finding.what}\n"
        f"  Risk: {finding.risk}\n"
        f"  Fix: {finding.fix}\n"
        f"  Source: {rule.url}"
    )


def _undecided_message(urn: str, questions: Mapping[str, Sequence[str]]) -> str:
    lines = [f"  {question} (rules: {', '.join(rules)})" for question, rules in questions.items()]
    return f"{urn.rpartition('::')[2]}: not decided yet\n" + "\n".join(lines)


def _exemption_reports(exemptions: Sequence[Exemption], today: date) -> Reports:
    reports: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for each in exemptions:
        of_what = f"exemption of '{each.urn}' from {each.rule} ({each.reason})"
        if each.expires < today:
            text = (
                f"{of_what} ended on {each.expires}\n"
                "  Risk: a finding that was to be mended by then still stands, or nobody looked.\n"
                f"  Fix: mend the role and delete the entry under {SETTINGS}.exemptions, or agree "
                "on a new day."
            )
            reports[SETTINGS].append(("", text))
        else:
            reports[f"{SETTINGS}-advisory"].append(("", f"{of_what} holds until {each.expires}"))
    return reports


def _today() -> date:
    return datetime.now(timezone.utc).date()
