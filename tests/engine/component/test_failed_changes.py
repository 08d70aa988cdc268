"""An up or a destroy that fails while it changes or deletes, and the next one that heals it."""

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.client import Sandbox

from .clouds import (
    OTHER_ID,
    ROLE,
    assert_as_the_guides_ask,
    credential,
    credentials,
    external_id,
    guide_permissions,
    permissions,
    roles,
    staging,
    trust,
)
from .conftest import NewStack
from .deployment import Deployment

pytestmark = pytest.mark.engine

UPDATES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "credential": (
        "databricks",
        "StorageCredentials.Update",
        {"storage_credential_comment": "ours"},
    ),
    "role": ("aws", "iam:UpdateAssumeRolePolicy", {"polytomic_external_id": OTHER_ID}),
    "policy": ("aws", "iam:PutRolePolicy", {"bucket_name": "acme-other"}),
}
DELETES = {
    "policy": ("aws", "iam:DeleteRolePolicy"),
    "role": ("aws", "iam:DeleteRole"),
    "credential": ("databricks", "StorageCredentials.Delete"),
}


@pytest.fixture
def deployed(new_stack: NewStack) -> Deployment:
    """A deployed component, whose providers give up after two tries."""
    stack = new_stack(
        environment={"AWS_MAX_ATTEMPTS": "2", "PULUMI_POLYTOMIC_SANDBOX_TIMEOUT": "5"},
        config={"databricks:retryTimeoutSeconds": "8"},
    )
    stack.up(staging())
    return stack


@pytest.mark.parametrize("child", UPDATES)
def test_an_update_that_fails_is_made_by_the_next_up(
    clean: Sandbox, deployed: Deployment, child: str
) -> None:
    service, operation, change = UPDATES[child]
    minted = external_id(clean)
    clean.fault(service=service, operation=operation, status=503, times=0)
    assert "failed" in deployed.up(staging(change), fails=True).text
    assert assert_as_the_guides_ask(clean) == minted

    clean.clear_faults()
    assert deployed.up().changes("staging") == {child: ["update"]}
    assert external_id(clean) == minted
    shown: dict[str, Callable[[], bool]] = {
        "credential": lambda: credential(clean).comment == "ours",
        "role": lambda: OTHER_ID in str(trust(clean)),
        "policy": lambda: permissions(clean) == guide_permissions("acme-other"),
    }
    assert shown[child]()
    assert set(deployed.up().summary) == {"same"}


def test_an_update_whose_answer_is_lost_is_repeated_without_harm(
    clean: Sandbox, deployed: Deployment
) -> None:
    lost = {"action": "lose-answer", "times": 0}
    clean.fault(service="aws", operation="iam:UpdateAssumeRolePolicy", **lost)
    deployed.up(staging({"polytomic_external_id": OTHER_ID}), fails=True)
    clean.clear_faults()
    deployed.up()
    assert_as_the_guides_ask(clean, polytomic_ids=OTHER_ID)


@pytest.mark.parametrize("child", DELETES)
def test_a_destroy_that_fails_keeps_what_is_left_and_the_next_one_ends_it(
    clean: Sandbox, deployed: Deployment, child: str
) -> None:
    service, operation = DELETES[child]
    clean.fault(service=service, operation=operation, status=503, times=0)
    deployed.destroy(fails=True)
    left = list(DELETES)[list(DELETES).index(child) :]
    assert sorted(deployed.resources()) == sorted(["staging", *(f"staging-{n}" for n in left)])
    assert roles(clean) == ([ROLE] if "role" in left else [])
    assert credentials(clean) == [ROLE]

    clean.clear_faults()
    deployed.destroy()
    assert (roles(clean), credentials(clean), deployed.resources()) == ([], [], {})


def test_a_destroy_whose_answers_are_lost_is_repeated_without_harm(
    clean: Sandbox, stack: Deployment
) -> None:
    stack.up(staging())
    for service, operation in DELETES.values():
        clean.fault(service=service, operation=operation, action="lose-answer")
    stack.destroy()
    assert (roles(clean), credentials(clean), stack.resources()) == ([], [], {})


def test_a_rename_that_fails_before_the_new_role_is_ended_by_the_next_up(
    clean: Sandbox, deployed: Deployment
) -> None:
    change = {"role_name": "after", "storage_credential_name": ROLE}
    clean.fault(service="aws", operation="iam:CreateRole", status=503, times=0)
    deployed.up(staging(change), fails=True)
    assert roles(clean) == [ROLE]
    clean.clear_faults()
    deployed.up()
    assert roles(clean) == ["after"]
    assert_as_the_guides_ask(clean, "after", credential_name=ROLE)


def test_a_rename_that_fails_to_delete_the_old_role_deletes_it_in_the_next_up(
    clean: Sandbox, deployed: Deployment
) -> None:
    change = {"role_name": "after", "storage_credential_name": ROLE}
    clean.fault(service="aws", operation="iam:DeleteRole", status=503, times=0)
    deployed.up(staging(change), fails=True)
    assert sorted(roles(clean)) == ["after", ROLE]
    clean.clear_faults()
    assert deployed.up().changes("staging") == {"role": ["delete-replaced"]}
    assert roles(clean) == ["after"]
    assert_as_the_guides_ask(clean, "after", credential_name=ROLE)
