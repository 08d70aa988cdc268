"""Arguments that are Outputs: a bad one stops an up before anything is made in a cloud."""

from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from sandbox.client import Sandbox

from .clouds import POLYTOMIC_ID, assert_as_the_guides_ask, changing_calls, credential, staging
from .conftest import NewStack
from .deployment import Deployment, Program

pytestmark = pytest.mark.engine

SHORT_ID = "q"
PLACEHOLDER = "<POLYTOMIC-EXTERNAL-ID>"


def secret_from_config() -> Any:
    return pulumi.Config().require_secret("externalId")


BAD: dict[str, tuple[Callable[[], dict[str, Any]], str]] = {
    "a placeholder in secret config": (
        lambda: {"polytomic_external_id": secret_from_config()},
        "polytomic_external_id: ",
    ),
    "one that is too short": (
        lambda: {"polytomic_external_id": pulumi.Output.secret(SHORT_ID)},
        "polytomic_external_id: ",
    ),
    "one of a list": (
        lambda: {
            "polytomic_external_id": None,
            "polytomic_external_ids": [POLYTOMIC_ID, pulumi.Output.secret("changeme")],
        },
        "polytomic_external_ids: entry 2 ",
    ),
    "an account ID": (
        lambda: {"account_id": pulumi.Output.from_input("12345")},
        "account_id: ",
    ),
    "a path of the role": (
        lambda: {"role_path": pulumi.Output.from_input("no/slash")},
        "role_path: ",
    ),
    "a tag": (
        lambda: {"tags": {"aws:reserved": pulumi.Output.from_input("x")}},
        "tags: ",
    ),
    "a partition that does not fit": (
        lambda: {"partition": pulumi.Output.from_input("aws-cn")},
        "partition: ",
    ),
}


@pytest.fixture(params=BAD)
def bad(request: pytest.FixtureRequest) -> tuple[Program, str]:
    make, message = BAD[request.param]
    return lambda: staging(make())(), message


def test_a_bad_output_stops_preview_and_up_before_anything_is_made(
    clean: Sandbox, new_stack: NewStack, bad: tuple[Program, str]
) -> None:
    program, message = bad
    stack = new_stack(config={"externalId": PLACEHOLDER})
    for run in (stack.preview, stack.up):
        failed = run(program, fails=True)
        assert "DatabricksStagingAccess 'staging' cannot be made" in failed.text
        assert f"  - {message}" in failed.text
        for hidden in (PLACEHOLDER, "changeme", POLYTOMIC_ID):
            assert hidden not in failed.text
    assert changing_calls(clean) == []


def bucket_first(bucket: str) -> Program:
    def program() -> None:
        made = aws.s3.Bucket("bucket", bucket=bucket)
        staging({"bucket_name": made.id})()

    return program


def test_a_dotted_name_of_a_bucket_made_in_the_same_up_stops_it_before_role_and_credential(
    clean: Sandbox, stack: Deployment
) -> None:
    # Its ID is not known before it is made, so a preview cannot tell yet.
    stack.preview(bucket_first("acme.staging"))
    failed = stack.up(fails=True)
    assert "bucket_name: " in failed.text
    assert changing_calls(clean) == []
    # Known from now on, so the preview tells.
    assert "bucket_name: " in stack.preview(fails=True).text
    stack.up(bucket_first("acme-staging"))
    assert_as_the_guides_ask(clean)


def test_a_known_fault_beside_an_unknown_output_fails_the_preview(
    clean: Sandbox, stack: Deployment
) -> None:
    def program() -> None:
        made = aws.s3.Bucket("bucket", bucket="acme-staging")
        staging({"bucket_name": made.id, "account_id": pulumi.Output.from_input("1")})()

    assert "account_id: " in stack.preview(program, fails=True).text


def test_every_argument_can_be_an_output_of_a_resource_not_yet_made(
    clean: Sandbox, stack: Deployment
) -> None:
    values: dict[str, Any] = {
        "bucket_name": "acme-staging",
        "polytomic_external_id": POLYTOMIC_ID,
        "polytomic_principal": "account",
        "role_name": "the-role",
        "role_path": "/data/",
        "role_description": "ours",
        "max_session_duration": 7200,
        "account_id": "123456789012",
        "partition": "aws",
        "databricks_environment": "aws",
        "storage_credential_name": "the-credential",
        "storage_credential_comment": "ours",
        "storage_credential_read_only": True,
        "isolation_mode": "ISOLATION_MODE_OPEN",
        "force_destroy": True,
    }

    def program() -> None:
        made = aws.s3.Bucket("bucket", bucket="acme-staging")

        def after(value: Any) -> pulumi.Output[Any]:
            return made.id.apply(lambda _: value)

        staging({name: after(value) for name, value in values.items()})()

    preview = stack.preview(program)
    assert preview.changes("staging") == {
        "credential": ["create"],
        "role": ["create"],
        "policy": ["create"],
    }
    stack.up()
    assert_as_the_guides_ask(clean, "the-role", path="/data/", credential_name="the-credential")
    assert credential(clean, "the-credential").comment == "ours"
    assert set(stack.up().summary) == {"same"}


def test_an_output_of_none_takes_the_default(clean: Sandbox, stack: Deployment) -> None:
    names = ("role_path", "account_id", "partition", "polytomic_external_ids")
    optional = ("bucket_prefix", "tags", "kms_key_arn", "permissions_boundary", "isolation_mode")

    def program() -> None:
        # An Output belongs to the event loop that it is made in: this program's.
        nothing = pulumi.Output.from_input(None)
        staging(dict.fromkeys((*names, *optional), nothing))()

    stack.up(program)
    assert_as_the_guides_ask(clean)
