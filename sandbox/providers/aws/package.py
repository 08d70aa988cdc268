"""Everything that the aws plugin serves."""

from typing import Final

from sandbox.providers.aws import functions, kms, policies, role, s3, tags
from sandbox.providers.aws.configuration import CONFIG, check_config, connect, warm_up
from sandbox.providers.launcher import sdk_version
from sandbox.providers.resource import Package, table

PACKAGE: Final = Package(
    name="aws",
    version=sdk_version("aws"),
    config=CONFIG,
    connect=connect,
    resources=table(
        role.ROLE,
        policies.ROLE_POLICY,
        policies.POLICY,
        policies.ROLE_POLICY_ATTACHMENT,
        s3.BUCKET,
        kms.KEY,
    ),
    functions={function.token: function for function in functions.FUNCTIONS},
    check_config=check_config,
    prepare_inputs=tags.with_default_tags,
    warm_up=warm_up,
)
