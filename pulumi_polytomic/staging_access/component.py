"""One IAM role with which Polytomic stages files in an S3 bucket and Databricks reads them."""

from collections.abc import Mapping
from typing import Any, TypedDict

import pulumi
import pulumi_aws as aws

from ..component import account
from ..component.checking import CheckedInputs
from ..component.combining import as_output, combined
from ..custom_resource.lent_provider import lent_provider
from ..naming import camel_case
from . import policies as documents
from .access_proof import CheckAccess, MadeAccess, access_check, is_proved
from .arguments import SECRET_ARGUMENTS
from .connection import staging_connection
from .credential import staging_credential
from .self_trust import guides_trust_policy, is_guides, role_options

TOKEN = "polytomic-databricks:index:DatabricksStagingAccess"
_DESCRIPTION = "Lets Polytomic stage files in S3 and Databricks Unity Catalog read them"


class _RequiredArgs(TypedDict):
    bucket_name: pulumi.Input[str]
    """Name of the S3 bucket in which Polytomic stages files."""


class DatabricksStagingAccessArgs(_RequiredArgs, total=False):
    """Arguments of ``DatabricksStagingAccess``; one that is absent or None takes its default."""

    bucket_prefix: pulumi.Input[str] | None
    """Folder of the bucket, such as ``polytomic/staging``, to which every S3 permission is limited.
    Default: the whole bucket."""
    polytomic_external_id: pulumi.Input[str] | None
    """External ID that Polytomic shows on the connection. Required, unless
    ``polytomic_external_ids`` or ``polytomic_connection_name`` is given. Secret in the state where
    it is given as a secret."""
    polytomic_external_ids: pulumi.Input[list[pulumi.Input[str]]] | None
    """External IDs of several Polytomic connections that share the role."""
    polytomic_connection_name: pulumi.Input[str] | None
    """Name of a Polytomic connection to make here, in place of giving the external ID of one.
    Needs Polytomic's API key as ``POLYTOMIC_API_KEY`` or as the secret
    ``polytomic-databricks:polytomicApiKey`` of the stack's configuration."""
    polytomic_connection_config: pulumi.Input[Mapping[str, Any]] | None
    """Configuration of that connection with the keys of Polytomic's API: ``server_hostname``,
    ``http_path``, ``access_token`` or ``service_principal_id`` and ``service_principal_secret``,
    and any further ones. What follows from the role and the bucket is added. Default of
    ``s3_bucket_region``: the AWS provider's region. Secret."""
    polytomic_principal: pulumi.Input[str] | None
    """Who Polytomic is to AWS: ``account`` (hosted Polytomic's account, the default),
    ``service-role`` (only its service role), or the ARN of your own Polytomic installation."""
    role_name: pulumi.Input[str] | None
    """Name of the IAM role, 1 to 64 characters. Default: ``<name>-polytomic-databricks``. Never
    auto-named: its ARN must be known before it exists."""
    role_path: pulumi.Input[str] | None
    """Path of the IAM role, begins and ends with ``/``. Default: ``/``."""
    role_description: pulumi.Input[str] | None
    """Description of the IAM role. Default: says what the role is for."""
    permissions_boundary: pulumi.Input[str] | None
    """ARN of the managed policy that bounds the role. Default: none."""
    max_session_duration: pulumi.Input[float] | None
    """Longest session of the role in seconds, 3600 to 43200. Default: AWS' own, 3600."""
    tags: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None
    """Tags of the IAM role, besides the AWS provider's default tags."""
    account_id: pulumi.Input[str] | None
    """AWS account of the role, 12 digits. Default: looked up once per stack and provider."""
    partition: pulumi.Input[str] | None
    """AWS partition of the role. Default: looked up once per stack and provider."""
    databricks_environment: pulumi.Input[str] | None
    """Where the Databricks workspace runs: ``aws`` (default), ``aws-us-gov`` or
    ``aws-us-gov-dod``."""
    unity_catalog_principal: pulumi.Input[str] | None
    """ARN with which Unity Catalog assumes the role. Default: what the storage credential
    returns."""
    storage_credential: str | None
    """``create`` (default) makes a storage credential; ``existing`` uses the one named by
    ``storage_credential_name``; ``none`` leaves Databricks out, for a bucket that is already an
    External Location of another credential."""
    storage_credential_name: pulumi.Input[str] | None
    """Name of the storage credential in Unity Catalog. Default: the role's default name. Changing
    it makes a new credential, with a new external ID."""
    storage_credential_comment: pulumi.Input[str] | None
    """Comment on the storage credential. Default: none."""
    storage_credential_owner: pulumi.Input[str] | None
    """Owner of the storage credential: user, group, or a service principal's application ID.
    Default: who creates it."""
    storage_credential_read_only: pulumi.Input[bool] | None
    """Whether Databricks may only read with the credential. Default: false."""
    isolation_mode: pulumi.Input[str] | None
    """``ISOLATION_MODE_OPEN`` (every workspace of the metastore) or ``ISOLATION_MODE_ISOLATED``.
    Default: Databricks' own, open."""
    force_destroy: pulumi.Input[bool] | None
    """Whether the credential is deleted even where external locations use it. Default: false."""
    self_trust: str | None
    """How the role is let assume itself: ``condition`` (default), the account narrowed to this role
    by ``aws:PrincipalArn``, which works from creation on and survives a re-creation; or
    ``principal``, the one statement of Polytomic's guide with the role as its own principal, which
    is written once the role exists, and in which each vendor may use the other's external ID."""
    kms_key_arn: pulumi.Input[str] | None
    """ARN of the KMS key that encrypts the bucket; adds what SSE-KMS needs. Default: none."""
    check_access: CheckAccess | None
    """Whether to prove, once all is made, that Databricks can use the role, and Polytomic where its
    connection is made here, and to judge the policies as AWS stores them. ``True`` (default) waits
    for AWS to spread the role, and fails the update with a diagnosis where it does not work;
    ``warn`` only says so; ``False`` proves nothing. Needs credentials of Databricks where Pulumi
    runs, from the environment or the stack's configuration."""
    check_access_deadline: pulumi.Input[float] | None
    """Longest wait for the access to work, in seconds. Default: 300."""


class DatabricksStagingAccess(pulumi.ComponentResource):
    """One IAM role for Polytomic and Databricks Unity Catalog, with its storage credential.

    Makes an IAM role, its inline policy and a storage credential. The role's ARN is computed before
    the role exists, so the credential is made first and the external ID that Databricks mints for
    it goes straight into the role's trust policy, beside Polytomic's.
    """

    role_arn: pulumi.Output[str]
    """ARN of the IAM role, once its permissions are attached."""
    role_name: pulumi.Output[str]
    """Name of the IAM role."""
    polytomic_external_id: pulumi.Output[str]
    """External ID of Polytomic in the trust policy; several are joined by commas."""
    databricks_external_id: pulumi.Output[str | None]
    """External ID of Databricks in the trust policy; none where ``storage_credential`` is so."""
    unity_catalog_principal: pulumi.Output[str | None]
    """ARN with which Unity Catalog assumes the role; none where ``storage_credential`` is so."""
    storage_credential_name: pulumi.Output[str | None]
    """Name to enter in Polytomic's connection; none where ``storage_credential`` is so."""
    staging_url: pulumi.Output[str]
    """The staging folder, as ``s3://bucket/prefix``."""
    trust_policy: pulumi.Output[str]
    """Trust policy of the role, as JSON."""
    permissions_policy: pulumi.Output[str]
    """Inline policy of the role, as JSON."""
    connection_id: pulumi.Output[str | None]
    """ID of the Polytomic connection that was made here; none where its external ID was given."""

    def __init__(
        self,
        name: str,
        args: DatabricksStagingAccessArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Makes the role ``name`` and what belongs to it.

        Raises:
            ArgumentError: arguments are missing, unknown, malformed or do not fit together.
        """
        default_name = f"{name}-polytomic-databricks"
        inputs = CheckedInputs(
            f"DatabricksStagingAccess '{name}'", args, defaults={"role_name": default_name}
        )
        properties = {
            camel_case(key): pulumi.Output.secret(value) if key in SECRET_ARGUMENTS else value
            for key, value in inputs.given.items()
        }
        super().__init__(TOKEN, name, properties, opts)
        child = pulumi.ResourceOptions(parent=self)

        lent = lent_provider(self) if is_proved(inputs) or is_guides(inputs) else None
        # Everything is made of the ARN, so nothing is before the last argument is checked.
        arn = combined(
            documents.role_arn,
            gate=[inputs.gate, lent and lent.gate],
            partition=inputs.get("partition", lambda: account.partition(self)),
            account_id=inputs.get("account_id", lambda: account.account_id(self)),
            path=inputs.get("role_path", "/"),
            name=inputs.get("role_name"),
            environment=inputs.get("databricks_environment", "aws"),
        )
        credential = staging_credential(self, f"{name}-credential", inputs, arn, default_name)
        unity_catalog = inputs.get(
            "unity_catalog_principal", lambda: credential and credential.principal
        )
        connection = staging_connection(
            self, f"{name}-connection", inputs, arn, credential and credential.name
        )
        external_ids = combined(
            lambda ids: ids["several"] or [ids["one"]],
            one=connection.external_id if connection else inputs.get("polytomic_external_id"),
            several=inputs.get("polytomic_external_ids"),
        )
        trust_parts = {
            "role_arn": arn,
            "polytomic_principal": inputs.get("polytomic_principal", "account"),
            "polytomic_external_ids": external_ids,
            "unity_catalog_principal": unity_catalog,
            "databricks_external_id": credential and credential.external_id,
        }
        trust_policy = combined(documents.trust_policy, **trust_parts)
        place = {
            "bucket_name": inputs.get("bucket_name"),
            "bucket_prefix": inputs.get("bucket_prefix", ""),
        }
        permissions_policy = combined(
            documents.permissions_policy,
            role_arn=arn,
            self_assume=credential is not None,
            kms_key_arn=inputs.get("kms_key_arn"),
            **place,
        )

        role = aws.iam.Role(
            f"{name}-role",
            name=inputs.get("role_name"),
            path=inputs.get("role_path"),
            description=inputs.get("role_description", _DESCRIPTION),
            assume_role_policy=trust_policy,
            permissions_boundary=inputs.get("permissions_boundary"),
            max_session_duration=inputs.get("max_session_duration"),
            tags=inputs.get("tags"),
            opts=pulumi.ResourceOptions.merge(child, role_options(inputs)),
        )
        # In the account that the AWS provider is really in; ours are to touch no other.
        real = combined(documents.same_arn, real=role.arn, computed=arn)
        guides = guides_trust_policy(
            self, f"{name}-trust", inputs, role, real, lent, trust_policy, trust_parts
        )
        stored_trust_policy = guides.trust_policy if guides else role.assume_role_policy
        policy = aws.iam.RolePolicy(
            f"{name}-policy",
            name="polytomic-databricks-staging-access",
            role=role.name,
            policy=permissions_policy,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[guides] if guides else None),
        )

        made = MadeAccess(real, credential, connection, external_ids, stored_trust_policy, policy)
        check = access_check(self, f"{name}-check", inputs, made, lent)

        # Whoever uses the role must wait until it may do something, so its policy comes first.
        ready = check.id if check else policy.id
        self.role_arn = combined(lambda known: known["real"], real=real, ready=ready)
        self.role_name = role.name
        self.polytomic_external_id = as_output(external_ids).apply(",".join)
        self.databricks_external_id = as_output(credential and credential.external_id)
        self.unity_catalog_principal = as_output(unity_catalog)
        self.storage_credential_name = as_output(credential and credential.name)
        self.staging_url = as_output(combined(documents.staging_url, **place))
        self.trust_policy = stored_trust_policy
        self.permissions_policy = policy.policy
        self.connection_id = as_output(connection and connection.connection_id)
        self.register_outputs(
            {camel_case(key): getattr(self, key) for key in DatabricksStagingAccess.__annotations__}
        )
