"""How much work the component gives to the engine and to AWS."""

from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from sandbox.client import Sandbox

from .clouds import ACCOUNT, staging
from .deployment import Deployment, Program

pytestmark = pytest.mark.engine

COUNT = 3
KNOWN = {"account_id": ACCOUNT, "partition": "aws"}


def several(args: dict[str, Any]) -> Program:
    def program() -> None:
        for number in range(COUNT):
            staging(args, name=f"staging-{number}")()

    return program


def identity_calls(sandbox: Sandbox) -> int:
    return sum(call["operation"] == "sts:GetCallerIdentity" for call in sandbox.calls())


def preview_calls(sandbox: Sandbox, stack: Deployment, program: Program) -> int:
    sandbox.clear_calls()
    stack.preview(program)
    return identity_calls(sandbox)


def test_four_registrations_a_component(clean: Sandbox, stack: Deployment) -> None:
    up = stack.up(several({}))
    ours = [kind for kind in up.registered if not kind.startswith("pulumi:")]
    assert len(ours) == 4 * COUNT
    # The stack and the two default providers are the engine's own.
    assert up.summary == {"create": 1 + 4 * COUNT}


def test_the_account_is_looked_up_once_a_stack_and_provider_and_not_at_all_where_given(
    clean: Sandbox, stack: Deployment
) -> None:
    def two_providers() -> None:
        other = aws.Provider("other", region="us-west-2")
        several({})()
        options = pulumi.ResourceOptions(providers=[other])
        staging(opts=options, name="by-the-other")()
        staging(opts=options, name="by-the-other-again")()

    # The provider proves its own credentials with the same call, once for each provider.
    given = preview_calls(clean, stack, several(KNOWN))
    assert given == 1
    assert preview_calls(clean, stack, several({})) == given + 1
    assert preview_calls(clean, stack, several({"partition": "aws"})) == given + 1
    assert preview_calls(clean, stack, two_providers) == 2 * (given + 1)
