"""``python -m pulumi_polytomic doctor``: why a staging role does not work, or is open."""

import argparse
import json
import os
import sys
from dataclasses import replace
from typing import Final

from .. import iam
from ..principals import POLYTOMIC_PRINCIPALS
from . import clients
from .aws_role import read_role
from .bucket import look_at_bucket, region_findings
from .doctor_report import Report, as_json, as_text
from .fix_plan import fix_plan
from .model import Finding, UnseenError
from .proof_of_access import Access, Clients, attempt, read_sides
from .role_findings import diagnose
from .vendors import Connection, mismatches

HEALTHY: Final = 0
FINDINGS: Final = 1
UNSEEN: Final = 2

_DESCRIPTION: Final = """\
Finds out why a staging role does not work, and whether it is open to anybody else.

Looks at the bucket, the role's policies as AWS stores them and, where they are named, the storage
credential and the Polytomic connection. Says what keeps it from working and then what is open,
worst first: which statement of which policy it is, and what to write instead. Works for every
staging role, also for one that was made by hand. Changes nothing, and prints no external ID unless
it is told to.

Credentials are those of the vendors' own tools: AWS_PROFILE, DATABRICKS_CONFIG_PROFILE,
POLYTOMIC_API_KEY, and so on."""
_EPILOG: Final = """\
examples:
  # Is the role healthy, as far as its own documents tell?
  python -m pulumi_polytomic doctor \\
      --role-arn arn:aws:iam::123456789012:role/staging --bucket my-staging-bucket

  # Do Databricks and Polytomic know the same role, bucket and external IDs? Let them try.
  python -m pulumi_polytomic doctor \\
      --role-arn arn:aws:iam::123456789012:role/staging --bucket my-staging-bucket \\
      --storage-credential staging --connection "Databricks" --live

  # What should the two documents be?
  python -m pulumi_polytomic doctor \\
      --role-arn arn:aws:iam::123456789012:role/staging --bucket my-staging-bucket \\
      --storage-credential staging --fix-plan

exit codes:
  0  healthy: nothing is wrong for certain
  1  something is wrong: the role does not work, or it is open
  2  it could not look: an argument is wrong, credentials are missing, or there is no such role"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the command takes, and its help."""
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--role-arn", required=True, metavar="ARN", help="ARN of the IAM role")
    parser.add_argument("--bucket", required=True, metavar="NAME", help="staging bucket")
    parser.add_argument(
        "--prefix", default="", metavar="FOLDER", help="folder of the bucket (default: all of it)"
    )
    parser.add_argument(
        "--storage-credential", metavar="NAME", help="storage credential (default: not looked at)"
    )
    parser.add_argument(
        "--connection",
        metavar="NAME",
        help="Polytomic connection, by name or ID (default: not looked at)",
    )
    parser.add_argument(
        "--kms-key-arn", metavar="ARN", help="KMS key that encrypts the bucket (default: none)"
    )
    parser.add_argument(
        "--polytomic-principal",
        default="account",
        metavar="WHO",
        help="account (hosted Polytomic, the default), service-role, or an ARN of your own "
        "installation",
    )
    parser.add_argument(
        "--trusted-principal",
        action="append",
        default=[],
        metavar="ARN",
        help="somebody else who is meant to get in; can be given several times",
    )
    parser.add_argument(
        "--other-bucket",
        action="append",
        default=[],
        metavar="NAME",
        help="another bucket that the role is meant to reach; can be given several times",
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
    print(as_json(report) if given.json else as_text(report))  # noqa: T201
    return FINDINGS if report.wrong else HEALTHY


def examine(given: argparse.Namespace) -> Report:
    """Looks at the bucket, then at the role and both vendors' sides. Raises UnseenError."""
    aws = clients.aws(role_arn=given.role_arn)
    reached = Clients(
        databricks=lambda: clients.databricks({}),
        polytomic=lambda: clients.polytomic(os.environ.get("POLYTOMIC_API_KEY"), None),
    )
    access = Access(
        role_arn=given.role_arn,
        bucket_name=given.bucket,
        bucket_prefix=given.prefix,
        kms_key_arn=given.kms_key_arn,
        polytomic_principal=given.polytomic_principal,
    )
    bucket = look_at_bucket(aws.client("s3"), given.bucket, given.role_arn)
    role = read_role(aws.client("iam"), given.role_arn)
    sides = read_sides(reached, given.storage_credential, given.connection)
    credential, connection = sides.credential, sides.connection

    looked_at = [f"bucket {given.bucket}" + (f", in {bucket.region}" if bucket.region else "")]
    looked_at.append(f"role {given.role_arn}: its trust policy and permissions")
    if credential is not None:
        looked_at.append(f"storage credential '{credential.name}'")
    if connection is not None:
        looked_at.append(f"Polytomic connection '{connection.name}'")

    findings: list[Finding] = []
    is_staging = bucket.finding is None or not bucket.finding.certain
    if bucket.finding is not None:
        findings.append(_with_hint(bucket.finding, given.bucket, connection))
    elif bucket.region is not None:
        told = connection and connection.bucket_region
        findings += region_findings(given.bucket, bucket.region, given.kms_key_arn, told)
    place = access.place if is_staging else None
    findings += mismatches(given.role_arn, place, credential, connection)
    subject = replace(
        access.subject(credential, connection),
        # Of a bucket where nobody can stage, what the role may do there says nothing.
        bucket_name=given.bucket if is_staging else None,
        bucket_region=bucket.region,
        trusted_principals=tuple(given.trusted_principal),
        other_buckets=tuple(given.other_bucket),
    )
    findings += diagnose(role, subject)
    if given.live and is_staging:
        findings += attempt(reached, access, sides)
        looked_at.append("the access, tried by those who use it")
    plan = None
    if given.fix_plan:
        plan = fix_plan(access, sides, show_external_ids=given.show_external_ids)
    return Report(looked_at, findings, plan)


def _with_hint(finding: Finding, bucket_name: str, connection: Connection | None) -> Finding:
    """Names the bucket of the connection, which may be the one that is meant."""
    stages = (connection and connection.bucket) or bucket_name
    if stages.partition("/")[0] == bucket_name:
        return finding
    return finding._replace(fix=f"{finding.fix} The Polytomic connection stages in {stages}.")


def _check(given: argparse.Namespace) -> None:
    faults = {
        "--role-arn": iam.role_arn_fault(given.role_arn),
        "--bucket": iam.bucket_name_fault(given.bucket),
        "--prefix": iam.bucket_prefix_fault(given.prefix) if given.prefix else None,
        "--kms-key-arn": iam.kms_key_arn_fault(given.kms_key_arn) if given.kms_key_arn else None,
    }
    if given.polytomic_principal not in POLYTOMIC_PRINCIPALS:
        faults["--polytomic-principal"] = iam.principal_arn_fault(given.polytomic_principal)
    for principal in given.trusted_principal:
        faults.setdefault("--trusted-principal", iam.principal_arn_fault(principal))
    for bucket in given.other_bucket:
        faults.setdefault("--other-bucket", iam.bucket_name_fault(bucket))
    for option, fault in faults.items():
        if fault is not None:
            raise UnseenError(f"{option}: {fault}")
