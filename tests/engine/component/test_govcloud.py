"""AWS GovCloud: another partition, another Unity Catalog, and a Polytomic of one's own."""

from typing import Any

import pytest

from sandbox.client import Sandbox

from .clouds import assert_as_the_guides_ask, changing_calls, staging
from .conftest import NewStack

pytestmark = pytest.mark.engine

REGION = {"aws:region": "us-gov-west-1"}
OWN_POLYTOMIC = "arn:aws-us-gov:iam::210987654321:role/polytomic"
CATALOGS = {
    "aws-us-gov": (
        "arn:aws-us-gov:iam::044793339203:role/unity-catalog-prod-UCMasterRole-1QRFA8SGY15OJ"
    ),
    "aws-us-gov-dod": (
        "arn:aws-us-gov:iam::170661010020:role/unity-catalog-prod-UCMasterRole-1DI6DL6ZP26AS"
    ),
}


@pytest.mark.parametrize("environment", CATALOGS)
def test_everything_is_in_the_partition_of_the_environment(
    clean: Sandbox, new_stack: NewStack, environment: str
) -> None:
    clean.settings(databricks_environment=environment)
    stack = new_stack(config=REGION)
    args = {"databricks_environment": environment, "polytomic_principal": OWN_POLYTOMIC}
    stack.up(staging(args))
    assert_as_the_guides_ask(
        clean,
        polytomic=OWN_POLYTOMIC,
        unity_catalog=CATALOGS[environment],
        partition="aws-us-gov",
    )
    assert set(stack.up().summary) == {"same"}


@pytest.mark.parametrize(
    ("config", "args", "message"),
    [
        pytest.param(
            REGION, {}, "databricks_environment: 'aws' is in AWS partition 'aws'", id="provider"
        ),
        pytest.param(
            {},
            {"databricks_environment": "aws-us-gov", "polytomic_principal": OWN_POLYTOMIC},
            "databricks_environment: 'aws-us-gov' is in AWS partition 'aws-us-gov'",
            id="environment",
        ),
    ],
)
def test_a_provider_of_another_partition_is_refused_before_anything_is_made(
    clean: Sandbox,
    new_stack: NewStack,
    config: dict[str, str],
    args: dict[str, Any],
    message: str,
) -> None:
    stack = new_stack(config=config)
    assert message in stack.preview(staging(args), fails=True).text
    assert message in stack.up(fails=True).text
    assert changing_calls(clean) == []
