"""Bad arguments are refused before anything is registered, and the error says how to mend them."""

from typing import Any

import pulumi
import pytest

from pulumi_polytomic import ArgumentError, DatabricksStagingAccess, DatabricksStagingAccessArgs
from pulumi_polytomic.staging_access.arguments import ARGUMENTS

from .conftest import ACCOUNT, POLYTOMIC_ID, Recorder

GOOD: dict[str, Any] = {"bucket_name": "acme-staging", "polytomic_external_id": POLYTOMIC_ID}

# argument, value, words of the message
BAD_VALUES: list[tuple[str, Any, str]] = [
    ("bucket_name", "acme.staging", "dot"),
    ("bucket_name", "Acme", ""),
    ("bucket_name", "", ""),
    ("bucket_name", "s3://acme", ""),
    ("bucket_name", ["acme"], "is a list, not a string"),
    ("bucket_prefix", "/leading", ""),
    ("bucket_prefix", "with/*/star", ""),
    ("polytomic_external_id", "", ""),
    ("polytomic_external_id", "x", ""),
    ("polytomic_external_id", "<POLYTOMIC-EXTERNAL-ID>", "placeholder"),
    ("polytomic_external_id", "0000", "placeholder"),
    ("polytomic_external_id", "changeme", "placeholder"),
    ("polytomic_external_id", 12345678, "is a int, not a string"),
    ("polytomic_principal", "root", "neither account nor service-role"),
    ("polytomic_principal", "arn:aws:iam::12:root", ""),
    ("role_name", "a role", ""),
    ("role_name", "r" * 65, "64"),
    ("role_path", "no-slash", "/"),
    ("role_description", "d" * 1001, "1000"),
    ("role_description", "für 5 €", "Latin-1"),
    ("role_description", "one\x00two", "Latin-1"),
    ("permissions_boundary", "arn:aws:iam::123456789012:role/x", ""),
    ("max_session_duration", 60, "3600"),
    ("max_session_duration", 43201, "43200"),
    ("max_session_duration", 3600.5, ""),
    ("max_session_duration", True, "is a bool, not a number"),
    ("max_session_duration", "3600", "is a str, not a number"),
    ("tags", {"aws:reserved": "x"}, "aws:"),
    ("tags", {"k": 1}, "holds a int"),
    ("tags", ["team"], "is a list, not a map"),
    ("tags", {"team": "data!"}, "character in its value"),
    ("tags", {"k" * 129: "v"}, "key of 129 characters"),
    ("tags", {"k": "v" * 257}, "value of 257 characters"),
    ("tags", {f"k{n}": "v" for n in range(51)}, "51 tags"),
    ("account_id", "12345", "12"),
    ("account_id", 123456789012, "is a int, not a string"),
    ("partition", "aws-moon", "is not one of"),
    ("partition", "a" * 10_000, f"'{'a' * 64}...' is not one of"),
    ("databricks_environment", "gov", "is not one of aws, aws-us-gov, aws-us-gov-dod"),
    ("unity_catalog_principal", "unity-catalog", ""),
    ("storage_credential", "creat", "did you mean 'create'?"),
    ("storage_credential_name", " ", "is empty"),
    ("storage_credential_name", "staging credential", "without spaces"),
    ("storage_credential_name", "acme.staging", "without spaces"),
    ("storage_credential_name", "s" * 256, "has 256 characters"),
    ("storage_credential_comment", "one\x07two", "control character"),
    ("storage_credential_owner", "data\nplatform", "line break"),
    ("storage_credential_owner", " data", "white space"),
    ("storage_credential_owner", "o" * 256, "up to 255"),
    ("storage_credential_owner", "", "is empty"),
    ("storage_credential_read_only", "yes", "is a str, not a boolean"),
    ("isolation_mode", "ISOLATED", "did you mean 'ISOLATION_MODE_ISOLATED'?"),
    ("force_destroy", 1, "is a int, not a boolean"),
    ("self_trust", "principals", "is not one of condition, principal"),
    ("kms_key_arn", "alias/x", ""),
    ("check_access", "fail", "is not one of true, false, warn"),
    ("check_access", 1, "is a int, not a boolean or a string"),
    ("check_access_deadline", 0.5, "allowed is 1 second and more"),
    ("check_access_deadline", "5m", "is a str, not a number"),
]

# arguments besides the good ones, the argument that is named, words of the message
BAD_TOGETHER: list[tuple[dict[str, Any], str, str]] = [
    ({"bucket_name": None}, "bucket_name", "is required"),
    ({"polytomic_external_id": None}, "polytomic_external_id", "is required"),
    ({"polytomic_external_ids": ["abcd-1234-efgh"]}, "polytomic_external_id", "excludes"),
    (
        {"polytomic_external_id": None, "polytomic_external_ids": []},
        "polytomic_external_ids",
        "is an empty list",
    ),
    (
        {"polytomic_external_id": None, "polytomic_external_ids": ["ok-12345", "TODO"]},
        "polytomic_external_ids",
        "entry 2",
    ),
    (
        {"polytomic_external_id": None, "polytomic_external_ids": ["ok-12345", "ok-12345"]},
        "polytomic_external_ids",
        "twice",
    ),
    (
        {
            "polytomic_external_id": None,
            "polytomic_external_ids": [f"{n}f3a9c1e7b5d" * 80 for n in range(9)],
        },
        "polytomic_external_ids",
        "8192 at the most",
    ),
    ({"partition": "aws-us-gov"}, "partition", "does not fit databricks_environment 'aws'"),
    ({"partition": "aws-cn"}, "partition", "Databricks runs in"),
    ({"databricks_environment": "aws-us-gov"}, "polytomic_principal", "partition 'aws'"),
    (
        {"kms_key_arn": f"arn:aws-cn:kms:cn-north-1:{ACCOUNT}:key/12345678"},
        "kms_key_arn",
        "partition 'aws-cn'",
    ),
    (
        {
            "account_id": ACCOUNT,
            "permissions_boundary": "arn:aws:iam::999999999999:policy/boundary",
        },
        "permissions_boundary",
        "belongs to account 999999999999",
    ),
    ({"storage_credential": "existing"}, "storage_credential_name", "is required"),
    (
        {
            "storage_credential": "existing",
            "storage_credential_name": "theirs",
            "isolation_mode": "ISOLATION_MODE_OPEN",
        },
        "isolation_mode",
        "made here",
    ),
    (
        {"storage_credential": "none", "storage_credential_name": "x"},
        "storage_credential_name",
        "has no effect",
    ),
    ({"bucketName": "x"}, "bucketName", "Did you mean bucket_name?"),
    ({"polytomic_extrenal_id": "x"}, "polytomic_extrenal_id", "Did you mean polytomic_external_id"),
    ({"zzz": "x"}, "zzz", "Known: bucket_name"),
]


def make(args: Any) -> DatabricksStagingAccess:
    return DatabricksStagingAccess("staging", args)


@pytest.mark.parametrize(("argument", "value", "words"), BAD_VALUES)
def test_bad_plain_value_is_refused_before_anything_is_registered(
    argument: str, value: Any, words: str, recorder: Recorder, deploy: Any
) -> None:
    with pytest.raises(ArgumentError) as error:
        deploy(lambda: make({**GOOD, argument: value}).role_arn)
    (fault,) = error.value.faults
    assert fault.argument == argument
    assert words in fault.problem
    assert fault.fix.endswith((".", "?"))
    assert recorder.resources == {}
    assert str(fault) in str(error.value)


@pytest.mark.parametrize(("argument", "value", "words"), BAD_VALUES)
@pytest.mark.parametrize("preview", [True, False])
def test_bad_output_is_refused_before_any_child_is_registered(
    argument: str, value: Any, words: str, preview: bool, recorder: Recorder, deploy: Any
) -> None:
    if argument in ARGUMENTS.plain:
        words = "is an Output"
    with pytest.raises(Exception, match="cannot be made from these arguments") as error:
        deploy(lambda: make({**GOOD, argument: pulumi.Output.from_input(value)}).role_arn, preview)
    assert f"- {argument}: " in str(error.value)
    assert words in str(error.value)
    if not preview:
        assert set(recorder.resources) <= {"staging"}


@pytest.mark.parametrize(("extra", "argument", "words"), BAD_TOGETHER)
def test_arguments_that_do_not_fit_together(
    extra: dict[str, Any], argument: str, words: str, recorder: Recorder, deploy: Any
) -> None:
    with pytest.raises(ArgumentError) as error:
        deploy(lambda: make({**GOOD, **extra}).role_arn)
    fault = error.value.faults[0]
    assert (fault.argument, words in f"{fault.problem}. {fault.fix}") == (argument, True)
    assert recorder.resources == {}


@pytest.mark.parametrize(("extra", "argument", "words"), BAD_TOGETHER)
def test_outputs_that_do_not_fit_together(
    extra: dict[str, Any], argument: str, words: str, recorder: Recorder, deploy: Any
) -> None:
    def program() -> Any:
        args = {
            name: value
            if name in ARGUMENTS.plain or value is None
            else pulumi.Output.from_input(value)
            for name, value in {**GOOD, **extra}.items()
        }
        return make(args).role_arn

    with pytest.raises(Exception, match=f"- {argument}: "):
        deploy(program)
    assert set(recorder.resources) <= {"staging"}


def test_every_fault_is_listed_at_once_and_no_external_id_is_told() -> None:
    secret = "changeme"
    with pytest.raises(ArgumentError) as error:
        make({"bucket_name": "a.b", "polytomic_external_id": secret, "rolename": "x"})
    assert {fault.argument for fault in error.value.faults} == {
        "bucket_name",
        "polytomic_external_id",
        "rolename",
    }
    assert secret not in str(error.value)
    assert isinstance(error.value, pulumi.RunError)
    assert [detail["property_path"] for detail in error.value.errors or []] == [
        fault.argument for fault in error.value.faults
    ]


@pytest.mark.parametrize("args", [[], "bucket", 7])
def test_args_that_are_no_mapping_are_refused(args: Any) -> None:
    with pytest.raises(ArgumentError, match="not a mapping"):
        make(args)


def test_an_unknown_value_at_preview_hides_no_other_fault(recorder: Recorder, deploy: Any) -> None:
    def program() -> Any:
        unknown = pulumi.Output.from_input(pulumi.UNKNOWN)
        bad = pulumi.Output.from_input("a.b")
        return make({"bucket_name": bad, "polytomic_external_id": unknown}).role_arn

    with pytest.raises(Exception, match="- bucket_name: "):
        deploy(program, preview=True)


def test_an_output_of_none_counts_as_not_given(recorder: Recorder, deploy: Any) -> None:
    def program() -> Any:
        nothing = pulumi.Output.from_input(None)
        args = {**GOOD, "role_path": nothing, "account_id": nothing, "tags": nothing}
        return make(args).role_arn

    assert deploy(program) == f"arn:aws:iam::{ACCOUNT}:role/staging-polytomic-databricks"
    assert recorder.calls == ["aws:index/getCallerIdentity:getCallerIdentity"]


def test_awaitables_are_arguments_like_any_other(recorder: Recorder, deploy: Any) -> None:
    async def bucket() -> str:
        return "acme-staging"

    def program() -> Any:
        return make({**GOOD, "bucket_name": bucket(), "tags": {"team": bucket()}}).staging_url

    assert deploy(program) == "s3://acme-staging"
    assert recorder.inputs("role")["tags"] == {"team": "acme-staging"}


def test_a_policy_over_the_default_quota_is_warned_of(
    recorder: Recorder, deploy: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    warnings: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", warnings.append)
    ids = [f"{n}f3a9c1e7b5d" * 40 for n in range(4)]
    deploy(lambda: make({"bucket_name": "acme", "polytomic_external_ids": ids}).role_arn)
    assert len(warnings) == 1
    assert "AWS refuses more than 2048" in warnings[0]


def test_the_table_and_the_typed_arguments_name_the_same() -> None:
    assert list(ARGUMENTS.checks) == list(DatabricksStagingAccessArgs.__annotations__)


@pytest.mark.parametrize("name", ["", " ", "Databricks\n", "one\ttwo"])
def test_a_connection_has_a_name_on_one_line(name: str) -> None:
    assert [fault.argument for fault in ARGUMENTS.faults({"polytomic_connection_name": name})]


def test_a_default_name_that_unity_catalog_does_not_take_is_refused(deploy: Any) -> None:
    def program(**more: Any) -> Any:
        return DatabricksStagingAccess("acme.eu", **{**GOOD, **more}).role_arn

    with pytest.raises(ArgumentError, match=r"storage_credential_name: is 'acme\.eu-polytomic-"):
        deploy(program)
    deploy(lambda: program(storage_credential_name="acme-eu"))
    deploy(lambda: program(storage_credential="none"))
