"""``python -m docs.make_policies`` writes docs/policies.md from the rules themselves."""

from pathlib import Path
from typing import Any, Final

from policypack.rule import Rule
from policypack.rules import RULES
from policypack.settings import SCHEMA

PAGE: Final = Path(__file__).resolve().parent / "policies.md"

_INTRODUCTION: Final = """\
# The policy pack

`policypack/` is a [CrossGuard](https://www.pulumi.com/docs/iac/using-pulumi/crossguard/) policy pack. It judges roles that Polytomic or Unity Catalog may assume by what their policies allow, whoever wrote them: this package, a program of your own, another module, or somebody by hand before an import. It needs `pulumi-policy` in the environment that runs it (`pip install "pulumi-polytomic[policy]"`), and no provider SDK.

In the folder of any program, with the pack from a clone beside it:

<!-- runs in: staging -->
```sh
pulumi preview --policy-pack ../pulumi-polytomic/policypack
pulumi up --policy-pack ../pulumi-polytomic/policypack
```

A stack that is deployed already is judged without running its program:

<!-- runs in: staging -->
```sh
pulumi policy analyze --stack dev --policy-pack ../pulumi-polytomic/policypack
```

From an installed distribution the folder is what `python -c "import pulumi_polytomic_policypack as pack; print(*pack.__path__)"` prints.

## What is judged, and when

A role is judged when its trust policy lets in Polytomic or Unity Catalog, when a storage credential names it, or when the component made it. `aws:iam/role:Role` and `aws-native:iam:Role` are read, with their inline policies, attachments, managed policies and boundaries in the stack.

At the first preview the external IDs are not known, so a trust policy made of them is not either. What no rule can decide is told once a role, by the policy `undecided`. During `pulumi up` every rule of the trust policy decides before the role is made.

No finding shows the value of an external ID.

## Configuration

`pulumi preview --policy-pack policypack --policy-pack-config policy.json`, with for example:

<!-- file: staging/policy.json -->
```json
{
  "undecided": "mandatory",
  "role-limits": {"permissionsBoundary": "arn:aws:iam::123456789012:policy/boundary"},
  "settings": {
    "exclude": ["urn:pulumi:*::legacy-*"],
    "exemptions": [
      {
        "rule": "trusted-principals",
        "urn": "urn:pulumi:prod::*::staging-role",
        "reason": "the audit team reads the staging files until March",
        "expires": "2027-03-31"
      }
    ]
  }
}
```

A policy's value is its level (`mandatory`, `advisory`, `disabled`), or an object with its settings and, if it is to differ, its `enforcementLevel`. A name that does not exist is an error. With `undecided` mandatory the gate fails closed: a first preview is refused, and only a stack whose external IDs are known passes.

An exemption holds through the day of `expires` (UTC), is listed in the output, and is a violation once it has expired.
"""


def page() -> str:
    """Gives the whole page."""
    lines = [_INTRODUCTION, "### Settings for all rules", "", *_table(SCHEMA), "", "## Rules", ""]
    lines += ["| rule | level | severity | refuses |", "| --- | --- | --- | --- |"]
    lines += [_row(rule) for rule in RULES]
    for rule in RULES:
        lines += ["", *_section(rule)]
    return "\n".join(lines) + "\n"


def _row(rule: Rule) -> str:
    level = rule.level.value + (", advice too" if rule.advises else "")
    link = f"[{rule.name}](#{rule.name})"
    severity = rule.severity.value
    return f"| {link} | {level} | {severity} | {rule.title}: {rule.description} |"


def _section(rule: Rule) -> list[str]:
    lines = [f"### {rule.name}", "", f"{rule.description} {rule.why}", ""]
    lines += [f"**Instead:** {rule.remediation} Source: <{rule.url}>.", ""]
    if rule.advises:
        advice = f"What it only advises against is reported by `{rule.name}-advisory`."
        lines += [advice, ""]
    if rule.settings:
        lines += [*_table(rule.settings), ""]
    lines += ["Passes:", "", *_example(rule.good), "", "Refused:", "", *_example(rule.bad)]
    return lines


def _example(text: str) -> list[str]:
    return ["```json" if text.lstrip()[0] in "{[" else "```text", text, "```"]


def _table(schema: dict[str, dict[str, Any]]) -> list[str]:
    rows = [f"| `{key}` | {each['type']} | {each['description']} |" for key, each in schema.items()]
    return ["| setting | type | meaning |", "| --- | --- | --- |", *rows]


def main() -> None:
    """Writes the page."""
    PAGE.write_text(page())


if __name__ == "__main__":
    main()
