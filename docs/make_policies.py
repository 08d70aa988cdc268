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

A role is judged when Polytomic or Unity Catalog may get in under any circumstances, when a storage credential names it, or when the component made it. In doubt it is judged: a trust policy for `*`, with `NotPrincipal`, with a unique ID, one that is not known yet, or a malformed one that could mean a vendor. `settings.exclude` leaves a role alone.

`aws:iam/role:Role` and `aws-native:iam:Role` are read with everything in the stack that holds or attaches a policy: `RolePolicy`, `RolePolicyAttachment`, `PolicyAttachment`, `RolePoliciesExclusive`, `RolePolicyAttachmentsExclusive`, `Policy`, `aws-native`'s `RolePolicy`, `Policy` and `ManagedPolicy`, inline policies, managed ARNs and boundaries. Storage credentials are `StorageCredential`, `Credential` (purpose `STORAGE`) and `MetastoreDataAccess`. What the program did not set is not judged, such as outputs that a refresh left behind.

What was registered before is known when a role, a policy or an attachment is registered, and judged before it is made. What only the whole stack can tell is judged at the end, and the message says so: it may be deployed already.

At the first preview the external IDs are not known, so a trust policy made of them is not either. The policy `undecided` reports what no rule can decide, once per role. During `pulumi up` every rule of the trust policy decides before the role is made.

A role's account comes from its ARN, its component, its provider (`allowedAccountIds`, or the role that it assumes), `settings.accountId`, a storage credential that names it, or its boundary: never from the trust policy. If none of these tells it, a statement for "the role itself" is refused, because it could be a role of that name in somebody else's account. Two roles of one name are told apart by what a policy was made of, its parent and its provider; where nothing tells them apart, their policies are `undecided`.

A rule that breaks refuses the role, and says which rule it was.

## Which forms are safe

That nobody else gets in, and that the role can do no more, is proved by the form of each `Allow`. A further condition only narrows a safe statement. A `Deny` never makes an open `Allow` safe; where its form shows that it does close it, the finding is advice: write the condition on the `Allow`. Anything else is a violation.

| an `Allow` of a trust policy for | is safe with |
| --- | --- |
| the role's own ARN or unique ID | nothing more |
| Polytomic, Unity Catalog of your environment, your own installation; each as a role, as an account (if listed) or as `*` narrowed to it | a literal `StringEquals`, or `StringLike` without a pattern, on `sts:ExternalId`; no `IfExists`, no `ForAllValues:`, no variable |
| an account, or `*` | `aws:PrincipalArn` under `StringEquals`, `StringLike`, `ArnEquals` or `ArnLike`, whose literal values are all safe by themselves |
| a principal under `trusted-principals.principals` | nothing more, unless it is a vendor's |

| an `Allow` of a permissions policy | is safe on |
| --- | --- |
| the guide's eight S3 actions, written out | one bucket and its objects; under a prefix, objects below it, and `s3:ListBucket` with a literal `s3:prefix` that begins with it |
| `sts:AssumeRole` | the role's own ARN |
| `kms:Decrypt`, `Encrypt`, `GenerateDataKey*`, `DescribeKey` | the ARN of one key |
| the actions that Databricks lists for file events | `csms-*` queues and topics of the account, and the bucket's notifications |

A permissions boundary in the stack counts: what it does not allow, no policy gives. A managed policy or boundary whose text is elsewhere cannot be read, so nothing is proved by it.

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
