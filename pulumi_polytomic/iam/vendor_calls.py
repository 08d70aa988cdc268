"""What is known of the calls that both vendors make with a staging role."""

from pulumi_polytomic.iam.arns import Arn
from pulumi_polytomic.iam.context import RequestContext


def vendor_call(
    role_arn: str, *, service: str = "sts", region: str | None = None
) -> RequestContext:
    """Give the condition keys of a call that a vendor makes with, or for, a staging role.

    The vendors call over TLS. The role and what it acts on belong to one account. S3 itself calls
    KMS, in the role's name. What is not listed is unknown: the network, the organization of the
    caller, the time.

    :param service: of the action that is called.
    :param region: of the bucket; None: not known.
    """
    account = Arn.parse(role_arn).account_id
    values = {
        "aws:SecureTransport": "true",
        "aws:ResourceAccount": account,
        "aws:PrincipalIsAWSService": "false",
        "aws:ViaAWSService": "true" if service == "kms" else "false",
    }
    if service == "s3":
        values["s3:ResourceAccount"] = account
    if service == "kms":
        values["kms:CallerAccount"] = account
        if region is not None:
            values["kms:ViaService"] = f"s3.{region}.amazonaws.com"
    return RequestContext(values)
