"""``python -m pulumi_polytomic doctor``: why a staging role does not work. Reads only."""

import argparse
import json
import os
import sys
from typing import Any, Final, NamedTuple

from .. import iam
from ..principals import DATABRICKS_ENVIRONMENTS, POLYTOMIC_PRINCIPALS
from . import Finding
from .model import UnseenError
from .vendors import Connection, Credential

HEALTHY: Final = 0
FINDINGS: Final = 1
UNSEEN: Final = 2


class Report(NamedTuple):
    """What was looked at, and what was found."""

    looked_at: list[str]
    findings: list[Finding]
    plan: dict[str, Any] | None
    """The two documents as they should be, where they were asked for."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the command takes."""
    parser.add_argument("--role-arn", required=True, help="ARN of the IAM role")
    parser.add_argument("--bucket", required=True, help="name of the staging bucket")
    parser.add_argument("--prefix", default="", help="folder of the bucket (default: all of it)")
    parser.add_argument(
        "--storage-credential", help="name of the storage credential (default: Polytomic only)"
    )
    parser.add_argument("--connection", help="ID or name of the Polytomic connection")
    parser.add_argument("--kms-key-arn", help="KMS key that encrypts the bucket")
    parser.add_argument(
        "--polytomic-principal",
        default="account",
        help="account (hosted Polytomic, the default), service-role, or an ARN of your own "
        "installation",
    )
    parser.add_argument(
        "--live",
        action="store_true",
        help="also have Databricks and Polytomic try the access; they write a file and delete it",
    )
    parser.add_argument(
        "--fix-plan", action="store_true", help="print the two documents as they should be"
    )
    parser.add_argument(
        "--show-external-ids", action="store_true", help="write external IDs into the fix plan"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(given: argparse.Namespace) -> int:
    """Looks, and prints what it found; gives 0 healthy, 1 findings, 2 could not look."""
    try:
        _check(given)
        report = examine(given)
    except UnseenError as error:
        text = json.dumps({"error": str(error)}) if given.json else f"error: {error}"
        print(text, file=sys.stdout if given.json else sys.stderr)
        return UNSEEN
    print(_as_json(report) if given.json else _as_text(report))  # noqa: T201
    return FINDINGS if report.findings else HEALTHY


def examine(given: argparse.Namespace) -> Report:
    """Reads the role and both vendors' sides, and judges them. Raises UnseenError."""
    from . import clients, proof

    reached = proof.Clients(
        iam=lambda: clients.iam(role_arn=given.role_arn),
        databricks=lambda: clients.databricks({}),
        polytomic=lambda: clients.polytomic(os.environ.get("POLYTOMIC_API_KEY"), None),
    )
    access = proof.Access(
        role_arn=given.role_arn,
        bucket_name=given.bucket,
        bucket_prefix=given.prefix,
        kms_key_arn=given.kms_key_arn,
        polytomic_principal=given.polytomic_principal,
    )
    sides = proof.read_sides(reached, given.storage_credential, given.connection)
    findings = proof.judge(reached, access, sides)
    looked_at = [f"role {given.role_arn}: its trust policy and permissions"]
    if sides.credential is not None:
        looked_at.append(f"storage credential '{sides.credential.name}'")
    if sides.connection is not None:
        looked_at.append(f"Polytomic connection '{sides.connection.name}'")
    if given.live:
        findings += proof.attempt(reached, access, sides)
        looked_at.append("the access, tried by those who use it")
    plan = _plan(given, sides.credential, sides.connection) if given.fix_plan else None
    return Report(looked_at, findings, plan)


def _check(given: argparse.Namespace) -> None:
    faults = {
        "--role-arn": iam.role_arn_fault(given.role_arn),
        "--bucket": iam.bucket_name_fault(given.bucket),
        "--prefix": iam.bucket_prefix_fault(given.prefix) if given.prefix else None,
        "--kms-key-arn": iam.kms_key_arn_fault(given.kms_key_arn) if given.kms_key_arn else None,
    }
    if given.polytomic_principal not in POLYTOMIC_PRINCIPALS:
        faults["--polytomic-principal"] = iam.principal_arn_fault(given.polytomic_principal)
    for option, fault in faults.items():
        if fault is not None:
            raise UnseenError(f"{option}: {fault}")


def _plan(
    given: argparse.Namespace, credential: Credential | None, connection: Connection | None
) -> dict[str, Any]:
    """Gives the documents; external IDs are written in only where that was asked for."""
    principal = given.polytomic_principal
    partition = iam.Arn.parse(given.role_arn).partition
    table = [
        e.unity_catalog_principal
        for e in DATABRICKS_ENVIRONMENTS.values()
        if e.partition == partition
    ]
    ids = {
        "POLYTOMIC-EXTERNAL-ID": (connection and connection.external_id) or None,
        "DATABRICKS-EXTERNAL-ID": (credential and credential.external_id) or None,
    }
    trust = iam.trust_policy(
        role_arn=given.role_arn,
        polytomic_principal=POLYTOMIC_PRINCIPALS.get(principal, principal),
        polytomic_external_ids=[_STAND_INS["POLYTOMIC-EXTERNAL-ID"]],
        unity_catalog_principal=credential and (credential.principal or table[0]),
        databricks_external_id=credential and _STAND_INS["DATABRICKS-EXTERNAL-ID"],
    )
    text = json.dumps(trust)
    for name, stand_in in _STAND_INS.items():
        text = text.replace(stand_in, (given.show_external_ids and ids[name]) or f"<{name}>")
    permissions = iam.permissions_policy(
        role_arn=given.role_arn if credential is not None else None,
        bucket_name=given.bucket,
        bucket_prefix=given.prefix,
        partition=partition,
        kms_key_arn=given.kms_key_arn,
    )
    return {"trust_policy": json.loads(text), "permissions_policy": permissions}


_STAND_INS: Final = {
    "POLYTOMIC-EXTERNAL-ID": "11f4a2c8-3b5d-4e6f-8a90-b1c2d3e4f506",
    "DATABRICKS-EXTERNAL-ID": "22f4a2c8-3b5d-4e6f-8a90-b1c2d3e4f507",
}


def _as_text(report: Report) -> str:
    lines = [f"Looked at {each}" for each in report.looked_at]
    if not report.findings:
        lines += ["", "Healthy: nothing found."]
    for number, finding in enumerate(report.findings, 1):
        sure = "" if finding.certain else " (not certain)"
        lines += ["", f"{number}. {finding.where}: {finding.found}{sure}", f"   {finding.fix}"]
    for name, document in (report.plan or {}).items():
        lines += ["", f"{name.replace('_', ' ').capitalize()}, as it should be:"]
        lines.append(json.dumps(document, indent=2))
    return "\n".join(lines)


def _as_json(report: Report) -> str:
    answer: dict[str, Any] = {
        "healthy": not report.findings,
        "looked_at": report.looked_at,
        "findings": [each._asdict() for each in report.findings],
    }
    if report.plan is not None:
        answer["fix_plan"] = report.plan
    return json.dumps(answer, indent=2)
