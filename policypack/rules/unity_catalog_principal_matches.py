"""The trust policy names the Unity Catalog that will call."""

from collections.abc import Iterator

from pulumi_polytomic.principals import DATABRICKS_ENVIRONMENTS

from ..findings import Finding, undecided, violation
from ..model import Role, is_unknown
from ..proofs import trusted
from ..rule import Rule, Severity
from ..settings import Settings

_RISK = "Databricks calls as another principal, AWS answers AccessDenied, and syncs fail."
_FIX = (
    "name the principal that the credential returned (aws_iam_role.unity_catalog_iam_arn), which "
    "depends on where the workspace runs."
)

_ALL = {each.unity_catalog_principal for each in DATABRICKS_ENVIRONMENTS.values()}


def check(role: Role, settings: Settings) -> Iterator[Finding]:
    """Compare the Unity Catalogs that the trust policy names with environment and credential."""
    trust = role.trust
    if trust.content is None:
        if trust.unknown and role.whole:
            yield undecided(role.urn, trust.place, trust.unknown)
        return
    allows = [each for each in trust.content.statements if each.effect == "Allow"]
    conditions = (each for statement in allows for each in statement.conditions)
    named = {v for each in conditions if each.name == "aws:principalarn" for v in each.values}
    for statement in allows:
        for each in statement.principals or ():
            named.add(each.value)
            if each.value in _ALL and each.value not in trusted(role, settings).unity_catalogs():
                where = trust.at(statement.label)
                what = f"names {each.value}, which is not Unity Catalog of your environment"
                yield violation(role.urn, where, what, risk=_RISK, fix=_FIX)
    for credential in role.credentials if role.whole else ():
        if credential.principal is None or credential.principal in named:
            continue
        if any(map(is_unknown, named)):
            what = f"may not name the principal of storage credential {credential.name}"
            yield undecided(role.urn, trust.place, f"{what}, which is known only when deployed")
            continue
        what = f"does not name {credential.principal}, which {credential.name} returned"
        yield violation(role.urn, trust.place, what, risk=_RISK, fix=_FIX)


RULE = Rule(
    name="unity-catalog-principal-matches",
    title="The right Unity Catalog",
    description="The trust policy names the Unity Catalog principal that the credential returned.",
    why=(
        "Commercial AWS, GovCloud and GovCloud DoD have a Unity Catalog each. The wrong one never "
        "calls; the right one is refused."
    ),
    remediation="Use the principal that the storage credential returns.",
    severity=Severity.HIGH,
    practice="Share resources securely with a third party",
    tags=("availability", "databricks", "trust-policy"),
    url="https://github.com/databricks/terraform-provider-databricks/blob/main/aws/constants.go",
    good="""\
{"AWS": "arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL"}""",
    bad="""\
{"AWS": "arn:aws-us-gov:iam::044793339203:role/unity-catalog-prod-UCMasterRole-1QRFA8SGY15OJ"}""",
    check_role=check,
)
