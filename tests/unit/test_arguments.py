"""Types of arguments as declared, and what is said of values that do not fit."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict, get_args

import pulumi
import pytest

from pulumi_polytomic import ArgumentError, iam
from pulumi_polytomic.argument_types import Shape, shape
from pulumi_polytomic.arguments import Argument, Arguments
from pulumi_polytomic.staging_access.arguments import Partition

Input: Any = pulumi.Input
"""To a type checker an alias takes no arguments at run time."""


class _Args(TypedDict, total=False):
    word: pulumi.Input[Literal["one", "two"]] | None
    mode: bool | Literal["warn"] | None
    names: pulumi.Input[Sequence[pulumi.Input[str]]] | None


ARGUMENTS = Arguments("Thing", _Args, dict.fromkeys(_Args.__annotations__, Argument("Mend it.")))


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (Input[str], Shape(("string",))),
        (str | None, Shape(("string",), plain=True)),
        (Input[Literal["a", "b"]] | None, Shape(("string",), ("a", "b"))),
        (bool | Literal["warn"] | None, Shape(("boolean", "string"), ("warn",), plain=True)),
        (Input[list[Input[str]]], Shape(("strings",))),
        (Input[Mapping[str, Input[str]]], Shape(("map",))),
        (Input[Mapping[str, Any]], Shape(("object",))),
        (Input[int], Shape(("integer",))),
        (Input[float], Shape(("number",))),
        (Input[bool], Shape(("boolean",))),
    ],
    ids=str,
)
def test_types_are_read_from_annotations(annotation: Any, expected: Shape) -> None:
    assert shape(annotation) == expected


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("word", "tow", "'tow' is not one of one, two (did you mean 'two'?)"),
        ("word", True, "is a bool, not a string"),
        ("mode", "no", "'no' is not one of true, false, warn"),
        ("mode", 1, "is a int, not a boolean or a string"),
        ("names", "one", "is a str, not a list of strings"),
        ("names", ["one", 2], "holds a int, not only strings"),
    ],
)
def test_a_value_that_does_not_fit_is_explained(name: str, value: Any, problem: str) -> None:
    [fault] = ARGUMENTS.faults({name: value})
    assert (fault.argument, fault.problem, fault.fix) == (name, problem, "Mend it.")


@pytest.mark.parametrize("value", [None, True, False, "warn"])
def test_what_fits_is_fine(value: Any) -> None:
    assert ARGUMENTS.faults({"mode": value, "word": "one", "names": []}) == []


def test_a_table_that_is_not_what_is_declared_is_an_error() -> None:
    with pytest.raises(TypeError, match="only declared or only checked: mode, names, other"):
        _ = Arguments("Thing", _Args, dict.fromkeys(["word", "other"], Argument(""))).shapes


def test_arguments_come_as_a_mapping_or_as_keywords() -> None:
    assert ARGUMENTS.gathered("Thing 'x'", {"word": "one", "mode": None}, {}) == {"word": "one"}
    assert ARGUMENTS.gathered("Thing 'x'", None, {"word": "one"}) == {"word": "one"}
    assert ARGUMENTS.gathered("Thing 'x'", None, {}) == {}


@pytest.mark.parametrize(
    ("args", "words"), [({"word": "one"}, "beside keyword arguments \\(mode\\)"), (7, "is a int")]
)
def test_both_at_once_or_neither_form_is_refused(args: Any, words: str) -> None:
    keywords = {"mode": True} if isinstance(args, dict) else {}
    with pytest.raises(ArgumentError, match=words):
        ARGUMENTS.gathered("Thing 'x'", args, keywords)


def test_the_partitions_that_are_offered_are_those_of_aws() -> None:
    assert get_args(Partition) == iam.PARTITIONS
