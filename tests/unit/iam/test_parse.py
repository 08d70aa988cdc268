"""Reading policy documents as AWS stores them, and refusing all else by place."""

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pytest

from pulumi_polytomic.iam import (
    Condition,
    PolicyDocument,
    PolicyError,
    Principal,
    Statement,
    parse_policy,
    policy_size,
)

ALLOW: dict[str, Any] = {"Effect": "Allow", "Action": "sts:AssumeRole"}


def document(*statements: object) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def test_a_document_is_read_whole() -> None:
    text = """{
      "Version": "2012-10-17", "Id": "trust",
      "Statement": [
        {"Sid": "Vendor", "Effect": "Allow",
         "Principal": {"AWS": ["AROAEXAMPLE", "123456789012"], "Service": "ec2.amazonaws.com"},
         "Action": ["sts:AssumeRole", "sts:TagSession"],
         "Condition": {"StringEquals": {"STS:externalid": "x-1"}, "Bool": {"a:b": [true, 1, 2.5]}}},
        {"Effect": "Deny", "NotPrincipal": "*", "NotAction": "iam:*", "NotResource": "*"}
      ]}"""

    assert parse_policy(text) == PolicyDocument(
        statements=(
            Statement(
                index=1,
                effect="Allow",
                sid="Vendor",
                principals=(
                    Principal("AWS", "AROAEXAMPLE"),
                    Principal("AWS", "arn:aws:iam::123456789012:root"),
                    Principal("Service", "ec2.amazonaws.com"),
                ),
                actions=("sts:AssumeRole", "sts:TagSession"),
                conditions=(
                    Condition("StringEquals", "STS:externalid", ("x-1",)),
                    Condition("Bool", "a:b", ("true", "1", "2.5")),
                ),
            ),
            Statement(
                index=2,
                effect="Deny",
                not_principals=(Principal("*", "*"),),
                not_actions=("iam:*",),
                not_resources=("*",),
            ),
        ),
        version="2012-10-17",
    )


def test_a_statement_may_stand_alone_and_a_version_may_be_missing() -> None:
    read = parse_policy({"Statement": {**ALLOW, "Resource": ["a", "b"], "Sid": ""}})

    assert read.version == "2008-10-17"
    assert not read.expands_variables
    assert read.statements[0].resources == ("a", "b")
    assert read.statements[0].sid is None


def test_labels_name_the_sid_or_the_place() -> None:
    read = parse_policy(document({**ALLOW, "Sid": "Vendor"}, ALLOW))

    assert [each.label for each in read.statements] == ["statement 1 (Vendor)", "statement 2"]


@pytest.mark.parametrize(
    ("principal", "everybody"),
    [("*", True), ({"AWS": "*"}, True), ({"Service": "*"}, False), ({"AWS": "AROAX"}, False)],
)
def test_everybody_is_recognised(principal: object, everybody: bool) -> None:
    read = parse_policy(document({**ALLOW, "Principal": principal}))

    assert read.statements[0].principals is not None
    assert read.statements[0].principals[0].everybody is everybody


def test_a_conditions_text_never_shows_a_value() -> None:
    assert str(Condition("StringEquals", "sts:ExternalId", ("x-1",))) == (
        "StringEquals on sts:ExternalId"
    )


class Proxy(Mapping[str, Any]):
    """A mapping that is no dict, as Pulumi hands to policies."""

    def __init__(self, target: Mapping[str, Any]) -> None:
        self._target = target

    def __getitem__(self, key: str) -> Any:
        value = self._target[key]
        return Proxy(value) if isinstance(value, dict) else value

    def __iter__(self) -> Any:
        return iter(self._target)

    def __len__(self) -> int:
        return len(self._target)


class Row(Sequence[Any]):
    """A list that is no list."""

    def __init__(self, *items: Any) -> None:
        self._items = items

    def __getitem__(self, index: Any) -> Any:
        return self._items[index]

    def __len__(self) -> int:
        return len(self._items)


def test_mappings_and_lists_of_any_make_are_read() -> None:
    plain = document({**ALLOW, "Principal": {"AWS": ["AROAX"]}})
    proxied = Proxy(
        {
            "Version": "2012-10-17",
            "Statement": Row(Proxy({**ALLOW, "Principal": {"AWS": Row("AROAX")}})),
        }
    )

    assert parse_policy(proxied) == parse_policy(plain)
    assert parse_policy(MappingProxyType(plain)) == parse_policy(plain)
    assert policy_size(proxied) == policy_size(plain)


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ({5: {}}, "statement 2 has a key that is not text"),
        ("Allow", "statement 2 is not a JSON object"),
        (None, "statement 2 is not a JSON object"),
        ({"Action": "a:b"}, "statement 2 has no Effect"),
        ({**ALLOW, "Effect": "allow"}, "statement 2, Effect is neither"),
        ({**ALLOW, "Effect": ["Allow"]}, "statement 2, Effect is neither"),
        ({"Effect": "Allow"}, "statement 2 has neither Action nor NotAction"),
        ({**ALLOW, "NotAction": "a:b"}, "statement 2 has both Action and NotAction"),
        ({**ALLOW, "Resource": "*", "NotResource": "*"}, "both Resource and NotResource"),
        ({**ALLOW, "Principal": "*", "NotPrincipal": "*"}, "both Principal and NotPrincipal"),
        ({**ALLOW, "Action": []}, "statement 2, Action is empty"),
        ({**ALLOW, "Action": ""}, "statement 2, Action is empty"),
        ({**ALLOW, "Action": 7}, "statement 2, Action is not text"),
        ({**ALLOW, "Action": [None]}, "statement 2, Action is null"),
        ({**ALLOW, "Action": "AssumeRole"}, "statement 2, Action has an action"),
        ({**ALLOW, "Action": "sts:"}, "statement 2, Action has an action"),
        ({**ALLOW, "Action": {"a": "b"}}, "statement 2, Action is not text"),
        ({**ALLOW, "Resource": [["x"]]}, "statement 2, Resource is not text"),
        ({**ALLOW, "Resource": None}, "statement 2, Resource is null"),
        ({**ALLOW, "Sid": 5}, "statement 2, Sid is not text"),
        ({**ALLOW, "Sid": "First"}, "statement 2, Sid stands on another"),
        ({**ALLOW, "effect": "Allow"}, "statement 2 has an unknown element effect"),
        ({**ALLOW, "Conditions": {}}, "statement 2 has an unknown element Conditions"),
        ({**ALLOW, "Principal": "arn:aws:iam::1:root"}, "statement 2, Principal is not a JSON"),
        ({**ALLOW, "Principal": {}}, "statement 2, Principal is empty"),
        ({**ALLOW, "Principal": {"AWS": []}}, "statement 2, Principal, AWS is empty"),
        ({**ALLOW, "Principal": {"AWS": None}}, "statement 2, Principal, AWS is null"),
        ({**ALLOW, "Principal": {"aws": "*"}}, "Principal has an unknown element aws"),
        ({**ALLOW, "NotPrincipal": ["*"]}, "statement 2, NotPrincipal is not a JSON object"),
        ({**ALLOW, "Condition": None}, "statement 2, Condition is not a JSON object"),
        ({**ALLOW, "Condition": {"Bool": []}}, "statement 2, Condition, Bool is not a JSON"),
        ({**ALLOW, "Condition": {"Bool": {}}}, "Condition, Bool names no condition key"),
        (
            {**ALLOW, "Condition": {"StringEquals": {"sts:ExternalId": None}}},
            "statement 2, Condition, StringEquals, sts:ExternalId is null",
        ),
        ({**ALLOW, "Condition": {"Bool": {"a": {}}}}, "Condition, Bool, a is not text"),
        ({**ALLOW, "Condition": {"Bool": {"a": [[]]}}}, "Condition, Bool, a is not text"),
        ({**ALLOW, "Condition": {"Bool": {"a": float("inf")}}}, "Bool, a is not text"),
        ({**ALLOW, "Condition": {"Bool": {"a": "b", "A": "b"}}}, "one condition key twice"),
        ({**ALLOW, "Condition": {"Bool": {"a": b"b"}}}, "Bool, a is not text"),
    ],
)
def test_a_malformed_statement_is_refused_by_place(statement: object, where: str) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policy(document({**ALLOW, "Sid": "First"}, statement))

    assert where in str(caught.value)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "not JSON"),
        ("\ufeff{}", "not JSON"),
        ("{", "line 1, column 2"),
        ("null", "the document is not a JSON object"),
        ("[]", "the document is not a JSON object"),
        ('"x"', "the document is not a JSON object"),
        ("{}", "the document has no Statement"),
        ('{"Statement": []}', "the document, Statement is empty"),
        ('{"Statement": null}', "statement 1 is not a JSON object"),
        ('{"Version": "2012-10-18", "Statement": []}', "the document, Version"),
        ('{"Version": ["2012-10-17"], "Statement": []}', "the document, Version"),
        ('{"Id": 5, "Statement": []}', "the document, Id is not text"),
        ('{"statement": []}', "unknown element statement"),
        ('{"Statement": [], "Statement": []}', "the document has Statement twice"),
        (
            '{"Statement": {"Effect": "Deny", "Effect": "Allow", "Action": "*"}}',
            "statement 1 has Effect twice",
        ),
        (
            '{"Statement": {"Effect": "Allow", "Action": "*",'
            ' "Condition": {"Bool": {"a": "1", "a": "2"}}}}',
            "statement 1, Condition, Bool has a twice",
        ),
        ('{"Statement": NaN}', "a number"),
        ('{"Statement": ' + "9" * 5000 + "}", "a number"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ('{"Statement": [' + "[" * 900 + "]" * 900 + "]}", "statement 1 is not a JSON object"),
        ('{"\\ud800": 1}', "unknown element"),
        ('{"' + "k" * 1000 + '": 1}', "k..."),
    ],
)
def test_a_malformed_document_is_refused_by_place(text: str, where: str) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policy(text)

    assert where in str(caught.value)
    assert str(caught.value).isascii()
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("wrong", [None, 5, b"{}", ["{}"], object()])
def test_what_is_neither_text_nor_mapping_is_refused(wrong: Any) -> None:
    with pytest.raises(PolicyError, match="the document is not a JSON object"):
        parse_policy(wrong)


def test_a_number_of_thousands_of_digits_is_refused() -> None:
    statement = {**ALLOW, "Condition": {"NumericEquals": {"a": 10**5000}}}

    with pytest.raises(PolicyError, match="statement 1, Condition, NumericEquals, a"):
        parse_policy(document(statement))


def test_an_error_never_shows_a_conditions_value() -> None:
    statement = {**ALLOW, "Condition": {"StringEquals": {"sts:ExternalId": ["s3cr3t", None]}}}

    with pytest.raises(PolicyError) as caught:
        parse_policy(document(statement))

    assert "s3cr3t" not in str(caught.value)


def test_a_document_of_a_hundred_kilobytes_is_read() -> None:
    statements = [{**ALLOW, "Sid": f"S{n}", "Resource": "x" * 60} for n in range(1000)]
    text = json.dumps(document(*statements))

    assert len(text) > 100_000
    assert len(parse_policy(text).statements) == 1000


def test_odd_unicode_is_text_like_any_other() -> None:
    read = parse_policy(document({**ALLOW, "Resource": "\u202e\U0001f600\x00\ud800"}))

    assert read.statements[0].resources == ("\u202e\U0001f600\x00\ud800",)


@pytest.mark.parametrize(
    ("policy", "size"),
    [
        ('{ "a" :\n\t"b c" }', 10),
        ({"a": "b c", "d": [1, True]}, 23),
        ("", 0),
        ({"é": "\u00a0"}, 8),
    ],
)
def test_size_leaves_white_space_out(policy: str | dict[str, Any], size: int) -> None:
    assert policy_size(policy) == size


def test_what_cannot_be_written_has_no_size() -> None:
    endless: dict[str, Any] = {}
    endless["a"] = endless

    for wrong in (endless, {"a": object()}):
        with pytest.raises(PolicyError, match="cannot be written"):
            policy_size(wrong)
