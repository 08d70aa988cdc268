"""The proof that Databricks and Polytomic can use a staging role."""

from collections.abc import Mapping, Sequence
from typing import Final, TypedDict

import pulumi

from ..custom_resource.program_side import OwnResource

TOKEN: Final = "polytomic-databricks:index:StagingAccessCheck"


class _RequiredArgs(TypedDict):
    role_arn: pulumi.Input[str]
    """ARN of the IAM role."""
    bucket_name: pulumi.Input[str]
    """Name of the staging bucket."""


class StagingAccessCheckArgs(_RequiredArgs, total=False):
    """Arguments of ``StagingAccessCheck``; one that is absent or None takes its default."""

    bucket_prefix: pulumi.Input[str] | None
    """Folder of the bucket that is used. Default: the whole bucket."""
    kms_key_arn: pulumi.Input[str] | None
    """KMS key that encrypts the bucket. Default: none."""
    polytomic_principal: pulumi.Input[str] | None
    """Who Polytomic is to AWS, as for ``DatabricksStagingAccess``. Default: ``account``."""
    polytomic_external_ids: pulumi.Input[Sequence[pulumi.Input[str]]] | None
    """External IDs that the trust policy must let Polytomic in with. Default: the connection's.
    Secret."""
    storage_credential_name: pulumi.Input[str] | None
    """Storage credential that Databricks is asked to validate. Default: none."""
    connection_id: pulumi.Input[str] | None
    """Polytomic connection that Polytomic is asked to test. Default: none."""
    mode: pulumi.Input[str] | None
    """``fail`` (default) fails the update where the access does not work, ``warn`` only says so."""
    deadline: pulumi.Input[float] | None
    """Longest wait for the access to work, in seconds. Default: 300."""
    triggers: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None
    """Whatever, when it changes, makes the check run again."""


class StagingAccessCheck(OwnResource):
    """Proves that a staging role works, and waits for AWS to spread it.

    Databricks validates the storage credential, Polytomic tests the connection; both write a file
    and delete it. Where AWS credentials allow it, the role's documents are judged as AWS stores
    them, so that what is wrong is said with statement and remedy. Runs again when an argument
    other than ``deadline`` changes. Needs credentials of Databricks and Polytomic where Pulumi
    runs, as its provider's configuration says.
    """

    healthy: pulumi.Output[bool]
    """Whether the access worked; false only where ``mode`` is ``warn``."""

    def __init__(
        self,
        resource_name: str,
        args: StagingAccessCheckArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Makes the check ``resource_name``.

        Raises:
            DeploymentError: the plugin is not there and may not be put there.
        """
        secrets = ("polytomic_external_ids",)
        super().__init__(TOKEN, resource_name, args, opts, outputs=("healthy",), secrets=secrets)
