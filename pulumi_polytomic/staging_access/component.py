"""One IAM role with which Polytomic stages files in an S3 bucket and Databricks reads them."""

from functools import partial
from typing import TYPE_CHECKING, Any, overload

import pulumi
import pulumi_aws as aws
import pulumi_databricks as databricks

from ..access_check.resource import StagingAccessCheck
from ..component import account
from ..component.checking import CheckedInputs
from ..component.outputs import as_output, combined, outputs_of
from ..connection.resource import DatabricksConnection
from ..custom_resource.lent_provider import lent_provider
from ..naming import camel_case
from . import policies
from .access_proof import MadeAccess, access_check, is_proved
from .argument_rules import rule_faults
from .arguments import ARGUMENTS, DatabricksStagingAccessArgs
from .connection import staging_connection
from .credential import staging_credential
from .self_trust import guides_trust_policy, is_guides, role_options

if TYPE_CHECKING:
    from typing_extensions import Unpack

_DESCRIPTION = "Lets Polytomic stage files in S3 and Databricks Unity Catalog read them"


class DatabricksStagingAccess(pulumi.ComponentResource):
    """One IAM role for Polytomic and Databricks Unity Catalog, with its storage credential.

    Makes an IAM role, its inline policy and a storage credential. The role's ARN is computed before
    the role exists, so the credential is made first and the external ID that Databricks mints for
    it goes straight into the role's trust policy, beside Polytomic's::

        access = DatabricksStagingAccess(
            "staging",
            bucket_name="acme-staging",
            polytomic_external_id=config.require_secret("polytomicExternalId"),
        )
    """

    token = "polytomic-databricks:index:DatabricksStagingAccess"
    arguments = ARGUMENTS

    role_arn: pulumi.Output[str]
    """ARN of the IAM role, once its permissions are attached."""
    role_name: pulumi.Output[str]
    """Name of the IAM role."""
    polytomic_external_id: pulumi.Output[str]
    """External ID of Polytomic in the trust policy; several are joined by commas."""
    databricks_external_id: pulumi.Output[str | None]
    """External ID of Databricks in the trust policy; None if ``storage_credential`` is ``none``."""
    unity_catalog_principal: pulumi.Output[str | None]
    """ARN with which Unity Catalog assumes the role; None if ``storage_credential`` is ``none``."""
    storage_credential_name: pulumi.Output[str | None]
    """Name to enter in Polytomic's connection; None if ``storage_credential`` is ``none``."""
    staging_url: pulumi.Output[str]
    """The staging folder, as ``s3://bucket/prefix``."""
    trust_policy: pulumi.Output[str]
    """Trust policy of the role, as JSON."""
    permissions_policy: pulumi.Output[str]
    """Inline policy of the role, as JSON."""
    connection_id: pulumi.Output[str | None]
    """ID of the Polytomic connection that was made here; None if its external ID was given."""

    role: aws.iam.Role
    """The role itself."""
    role_policy: aws.iam.RolePolicy
    """Its inline policy."""
    storage_credential: databricks.StorageCredential | None
    """The storage credential, where it is made here."""
    connection: DatabricksConnection | None
    """The Polytomic connection, where it is made here."""
    access_check: StagingAccessCheck | None
    """The access check, unless ``check_access`` is ``False``."""

    @overload
    def __init__(
        self,
        name: str,
        args: DatabricksStagingAccessArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None: ...
    @overload
    def __init__(
        self,
        name: str,
        *,
        opts: pulumi.ResourceOptions | None = None,
        **arguments: "Unpack[DatabricksStagingAccessArgs]",
    ) -> None: ...
    def __init__(
        self,
        name: str,
        args: DatabricksStagingAccessArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **arguments: Any,
    ) -> None:
        """Makes the role ``name`` and what belongs to it.

        Raises:
            ArgumentError: arguments are missing, unknown, malformed or do not fit together.
        """
        owner = f"DatabricksStagingAccess '{name}'"
        default_name = f"{name}-polytomic-databricks"
        given = {"role_name": default_name, **ARGUMENTS.gathered(owner, args, arguments)}
        rules = partial(rule_faults, default_name=default_name)
        inputs = CheckedInputs(owner, ARGUMENTS, rules, given)
        properties = {
            camel_case(key): pulumi.Output.secret(value) if key in ARGUMENTS.secret else value
            for key, value in inputs.given.items()
        }
        super().__init__(self.token, name, properties, opts)
        child = pulumi.ResourceOptions(parent=self)

        uses_plugin = is_proved(inputs) or is_guides(inputs)
        lent = lent_provider(self) if uses_plugin else None
        given_account = [inputs.if_given("account_id"), inputs.if_given("partition")]
        compared = account.compared(self, *given_account) if uses_plugin else None
        # Everything is made of the ARN, so nothing is before the last argument is checked.
        arn = combined(
            policies.role_arn,
            gates=[inputs.gate, lent and lent.gate, compared],
            partition=inputs.get("partition", lambda: account.partition(self)),
            account_id=inputs.get("account_id", lambda: account.account_id(self)),
            path=inputs.get("role_path"),
            name=inputs.get("role_name"),
            environment=inputs.get("databricks_environment"),
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
            "polytomic_principal": inputs.get("polytomic_principal"),
            "polytomic_external_ids": external_ids,
            "unity_catalog_principal": unity_catalog,
            "databricks_external_id": credential and credential.external_id,
        }
        trust_policy = combined(policies.trust_policy, **trust_parts)
        place = {
            "bucket_name": inputs.get("bucket_name"),
            "bucket_prefix": inputs.get("bucket_prefix", ""),
        }
        permissions_policy = combined(
            policies.permissions_policy,
            role_arn=arn,
            self_assume=credential is not None,
            kms_key_arn=inputs.get("kms_key_arn"),
            **place,
        )

        role = aws.iam.Role(
            f"{name}-role",
            name=inputs.get("role_name"),
            path=inputs.if_given("role_path"),
            description=inputs.get("role_description", _DESCRIPTION),
            assume_role_policy=trust_policy,
            permissions_boundary=inputs.get("permissions_boundary"),
            max_session_duration=inputs.if_given("max_session_duration"),
            tags=inputs.get("tags"),
            opts=pulumi.ResourceOptions.merge(child, role_options(inputs)),
        )
        # In the account that the AWS provider is really in; ours are to touch no other.
        real = combined(policies.same_arn, real=role.arn, computed=arn)
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

        made = MadeAccess(
            real, credential, connection, external_ids, stored_trust_policy, policy, role.unique_id
        )
        check = access_check(self, f"{name}-check", inputs, made, lent)

        # Whoever uses the role must wait until it may do something, so its policy comes first.
        ready = check.id if check else policy.id
        self.role_arn = combined(lambda known: known["real"], real=real, ready=ready)
        self.role_name = role.name
        self.polytomic_external_id = as_output(external_ids).apply(",".join)
        self.databricks_external_id = as_output(credential and credential.external_id)
        self.unity_catalog_principal = as_output(unity_catalog)
        self.storage_credential_name = as_output(credential and credential.name)
        self.staging_url = as_output(combined(policies.staging_url, **place))
        self.trust_policy = stored_trust_policy
        self.permissions_policy = policy.policy
        self.connection_id = as_output(connection and connection.connection_id)
        self.role, self.role_policy, self.access_check = role, policy, check
        self.storage_credential = credential and credential.resource
        self.connection = connection and connection.resource
        self.register_outputs(
            {camel_case(key): getattr(self, key) for key in outputs_of(DatabricksStagingAccess)}
        )
