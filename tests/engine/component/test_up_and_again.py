"""The plain case: up, up again, preview, refresh, destroy."""

import json

import pulumi
import pytest

from pulumi_polytomic import DatabricksStagingAccess
from pulumi_polytomic.component.outputs import outputs_of
from sandbox.client import Sandbox

from .clouds import (
    ACCOUNT,
    CREATED,
    DELETED,
    MINIMAL,
    POLYTOMIC_ID,
    ROLE,
    UNITY_CATALOG,
    assert_as_the_guides_ask,
    changing_calls,
    credentials,
    guide_permissions,
    guide_trust,
    roles,
    staging,
)
from .deployment import Deployment

pytestmark = pytest.mark.engine


def test_one_up_makes_everything_and_destroy_leaves_nothing(
    clean: Sandbox, stack: Deployment
) -> None:
    preview = stack.preview(staging())
    assert preview.changes("staging") == {
        "credential": ["create"],
        "role": ["create"],
        "policy": ["create"],
    }
    assert changing_calls(clean) == []

    up = stack.up()
    assert up.summary == {"create": 5}
    assert up.order("create")[-3:] == ["staging-credential", "staging-role", "staging-policy"]
    assert changing_calls(clean) == CREATED
    assert_as_the_guides_ask(clean)

    clean.clear_calls()
    assert stack.up().summary == {"same": 5}
    assert stack.preview().steps == []
    refreshed = stack.refresh()
    assert set(refreshed.summary) == {"same"}
    assert stack.preview().steps == []
    assert changing_calls(clean) == []

    destroyed = stack.destroy()
    assert destroyed.order("delete")[:4] == [
        "staging-policy",
        "staging-role",
        "staging-credential",
        "staging",
    ]
    assert changing_calls(clean) == DELETED
    assert (roles(clean), credentials(clean)) == ([], [])
    assert stack.resources() == {}


def test_outputs_say_what_is_in_the_clouds(clean: Sandbox, stack: Deployment) -> None:
    def program() -> None:
        access = DatabricksStagingAccess("staging", MINIMAL)  # type: ignore[call-overload]
        for name in outputs_of(DatabricksStagingAccess):
            pulumi.export(name, getattr(access, name))

    stack.up(program)
    minted = assert_as_the_guides_ask(clean)
    values = {name: output.value for name, output in stack.outputs().items()}
    assert json.loads(values.pop("trust_policy")) == guide_trust(minted)
    assert json.loads(values.pop("permissions_policy")) == guide_permissions()
    assert values == {
        "role_arn": f"arn:aws:iam::{ACCOUNT}:role/{ROLE}",
        "role_name": ROLE,
        "polytomic_external_id": POLYTOMIC_ID,
        "databricks_external_id": minted,
        "unity_catalog_principal": UNITY_CATALOG,
        "storage_credential_name": ROLE,
        "staging_url": "s3://acme-staging",
    }
