"""Authorization of calls to KMS, and of those that S3 makes in a caller's name."""

from moto.kms.models import Key, KmsBackend, kms_backends

from sandbox.aws.authorization import Permissions
from sandbox.aws.errors import AwsError
from sandbox.aws.request import AwsRequest


def authorize_kms(request: AwsRequest, permissions: Permissions) -> None:
    """Raises AwsError where the caller may not make the call; a missing key is left to moto."""
    name = request.text("KeyId") or request.text("TargetKeyId")
    key = _key(request, permissions, name) if name else None
    permissions.require(
        f"kms:{request.operation}",
        key.arn if key else "*",
        resource_policy=key.policy if key else None,
    )


def require_key(request: AwsRequest, permissions: Permissions, action: str, name: str) -> None:
    """Raises AwsError where a key can't be used: it is not there, or the caller may not."""
    key = _key(request, permissions, name)
    if key is None:
        raise AwsError("KMS.NotFoundException", f"Key '{name}' does not exist", 400)
    if not key.enabled:
        raise AwsError("KMS.DisabledException", f"{key.arn} is disabled.", 400)
    permissions.require(action, key.arn, resource_policy=key.policy)


def _key(request: AwsRequest, permissions: Permissions, name: str) -> Key | None:
    backend: KmsBackend = kms_backends[permissions.account_id][request.region]
    return backend.keys.get(backend.any_id_to_key_id(name))
