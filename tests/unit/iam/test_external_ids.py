"""External IDs: what a vendor mints passes, what a guide or a person left open does not."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_polytomic.iam import external_id_fault

PLACEHOLDERS = [
    "<POLYTOMIC-EXTERNAL-ID>",
    "<DATABRICKS-EXTERNAL-ID>",
    "POLYTOMIC-EXTERNAL-ID",
    "databricks_external_id",
    "YOUR_EXTERNAL_ID",
    "your-polytomic-id",
    "YOUR-7f3a",
    "yourExternalId",
    "${external_id}",
    "{{ external_id }}",
    "[external id]",
    "%EXTERNAL_ID%",
    "__EXTERNAL_ID__",
    '"changeme"',
    "0000",
    "00",
    "000000000000",
    "00000000-0000-0000-0000-000000000000",
    "11111111-1111-1111-1111-111111111111",
    "xxx",
    "XXXX",
    "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
    "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx",
    "aaaa",
    "1234",
    "12345678",
    "0123456789",
    "changeme",
    "CHANGE_ME",
    "ChangeMe",
    "change-me-1234",
    "replace-me",
    "todo",
    "TODO",
    "tbd",
    "fixme",
    "example",
    "example-external-id",
    "sample",
    "placeholder",
    "string",
    "some-string",
    "none",
    "None",
    "null",
    "undefined",
    "test",
    "foobar",
    "external-id",
    "polytomic-id",
    "n/a",
    "--",
    "...",
    "the external id from polytomic",
]


@pytest.mark.parametrize("text", PLACEHOLDERS)
def test_placeholders_are_refused(text: str) -> None:
    fault = external_id_fault(text)

    assert str(fault).startswith("is a placeholder")


@pytest.mark.parametrize(
    "text",
    [
        "8f14e45f-ceea-467f-a3d1-5b1c2e9a0d47",
        "12345678-1234-1234-1234-123456789012",
        "00000000-0000-4000-8000-000000000001",
        "414351767826",
        "123456789012",
        "100200300400",
        "ab",
        "p7",
        "c1a2",
        "acme",
        "pol_9Xk2",
        "polytomic:acme/production",
        "polytomic-acme-42",
        "databricks@acme.com",
        "deadbeef",
        "testimony",
        "strings-attached",
        "nullarbor",
        "examplecorp-7",
        "a" + "b" * 1223,
    ],
)
def test_what_looks_genuine_passes(text: str) -> None:
    assert external_id_fault(text) is None


@given(st.uuids(version=4))
def test_every_random_uuid_passes(minted: uuid.UUID) -> None:
    assert external_id_fault(str(minted)) is None
    assert external_id_fault(minted.hex) is None


@given(st.from_regex(r"[1-9][0-9]{11}", fullmatch=True))
def test_account_ids_pass_unless_one_digit_is_repeated(account_id: str) -> None:
    assert (external_id_fault(account_id) is None) is (len(set(account_id)) > 1)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (None, "not text"),
        (123456789012, "not text"),
        ("", "empty"),
        (" \t", "empty"),
        ("q", "1 characters"),
        ("ab" * 613, "1226 characters"),
        ("pol 9Xk2", "character"),
        ("pol9Xk2\n", "character"),
        ("pöl9Xk2", "character"),
        ("pol9Xk2*", "character"),
    ],
)
def test_what_sts_does_not_take_is_refused(text: object, fault: str) -> None:
    assert fault in str(external_id_fault(text))


@given(st.text())
def test_any_text_gets_an_answer_that_does_not_hold_it(text: str) -> None:
    fault = external_id_fault("Zq#" + text + "#qZ")

    assert fault is not None
    assert "Zq#" not in fault
