"""The texts under annotations, and how other languages read them."""

from typing import TypedDict

import pytest

from pulumi_polytomic.server.docstrings import in_camel_case, readable, texts

NAMES = ("role_name", "name", "role_name_prefix")


class _Base(TypedDict):
    role_name: str
    """Name of the role."""


class Args(_Base, total=False):
    """Arguments."""

    other: str
    """Another one,
    on two lines."""


class Silent(TypedDict):
    """One that says nothing."""

    x: str


def test_those_of_a_base_come_first() -> None:
    assert list(texts(Args).items()) == [
        ("role_name", "Name of the role."),
        ("other", "Another one,\non two lines."),
    ]


def test_a_name_without_one_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"Silent\.x has no docstring"):
        texts(Silent)


def test_names_are_spelt_as_other_languages_do() -> None:
    text = "Set role_name or role_name_prefix, not my_role_name or $role_name."
    expected = "Set roleName or roleNamePrefix, not my_role_name or $role_name."
    assert in_camel_case(text, NAMES) == expected
    assert in_camel_case("Set role_name.", ()) == "Set role_name."


def test_a_docstring_becomes_markdown_without_python() -> None:
    text = "``True`` with ``role_name``; None if ``server_hostname`` is so::\n\n    Code(role_name)"
    expected = "`true` with `roleName`; null if `server_hostname` is so."
    assert readable(text, NAMES) == expected
