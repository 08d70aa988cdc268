"""What the doctor looked at and found, for people and for programs."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from .model import Finding


class Report(NamedTuple):
    """What was looked at, and what was found."""

    looked_at: list[str]
    findings: list[Finding]
    """Certain ones, and others that depend on what was not to be seen."""
    plan: dict[str, Any] | None = None
    """The two documents as they should be, where they were asked for."""

    @property
    def wrong(self) -> list[Finding]:
        """What is wrong for certain; without it, the role is healthy."""
        return [each for each in self.findings if each.certain]

    @property
    def uncertain(self) -> list[Finding]:
        """What may be wrong; it makes nobody ill by itself."""
        return [each for each in self.findings if not each.certain]


def as_text(report: Report) -> str:
    """Gives the report for people."""
    lines = [f"Looked at {each}" for each in report.looked_at]
    if not report.wrong:
        told = ", as far as can be told" if report.uncertain else ""
        lines += ["", f"Healthy{told}: nothing is in the way, and nothing is open."]
    lines += _numbered(report.wrong)
    if report.uncertain:
        lines += ["", "Not certain; it depends on what cannot be seen from here:"]
        lines += _numbered(report.uncertain)
    for name, document in (report.plan or {}).items():
        lines += ["", f"{name.replace('_', ' ').capitalize()}, as it should be:"]
        lines.append(json.dumps(document, indent=2))
    return "\n".join(lines)


def as_json(report: Report) -> str:
    """Gives the report for programs: ``healthy``, ``looked_at``, ``findings``, ``uncertain``."""
    answer: dict[str, Any] = {
        "healthy": not report.wrong,
        "looked_at": report.looked_at,
        "findings": [each._asdict() for each in report.wrong],
        "uncertain": [each._asdict() for each in report.uncertain],
    }
    if report.plan is not None:
        answer["fix_plan"] = report.plan
    return json.dumps(answer, indent=2)


def _numbered(findings: Iterable[Finding]) -> Iterator[str]:
    for number, finding in enumerate(findings, 1):
        yield from ("", f"{number}. {finding.where}: {finding.found}", f"   {finding.fix}")
