"""The reference is what the code says, and all of it."""

import ast
import re

import pytest
import yaml

from docs import make_reference
from pulumi_polytomic.arguments import ARGUMENTS, STRUCTURAL_ARGUMENTS
from pulumi_polytomic.staging_access import DatabricksStagingAccess, DatabricksStagingAccessArgs

from .pages import ROOT, text_of

PAGE = text_of("docs/reference.md")


def rows(heading: str) -> dict[str, str]:
    """Name to the rest of the row, of the table under a heading."""
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    return dict(re.findall(r"^\| `(\w+)`(.*) \|$", section, re.MULTILINE))


def test_the_page_is_not_stale() -> None:
    assert make_reference.page() == PAGE, "run: python -m docs.make_reference"


def test_every_argument_is_listed_and_nothing_else() -> None:
    listed = set(rows("Arguments"))
    assert listed == DatabricksStagingAccessArgs.__required_keys__ | (
        DatabricksStagingAccessArgs.__optional_keys__
    )
    assert listed == set(ARGUMENTS)


def test_every_output_is_listed_and_nothing_else() -> None:
    assert list(rows("Outputs")) == list(DatabricksStagingAccess.__annotations__)


def test_required_and_plain_arguments_are_marked() -> None:
    arguments = rows("Arguments")
    required = {name for name, rest in arguments.items() if "(required)" in rest}
    assert required == DatabricksStagingAccessArgs.__required_keys__
    plain = {name for name, rest in arguments.items() if ", plain |" in rest}
    assert plain == set(STRUCTURAL_ARGUMENTS)


def test_no_python_type_reaches_the_reader() -> None:
    for heading in ("Arguments", "Outputs"):
        for rest in rows(heading).values():
            kind = rest.split("|")[1].strip()
            assert re.fullmatch(
                r"(string|number|boolean|list of strings|map of strings|map)(, plain)?", kind
            ), kind


def test_every_argument_has_a_configuration_key_with_a_description() -> None:
    config = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"]
    assert {camel_case(name) for name in ARGUMENTS} == set(config)
    assert all(key["description"] for key in config.values())


def test_an_argument_without_a_description_is_an_error() -> None:
    (owner,) = ast.parse("class A:\n    x: str\n    y: str\n").body
    assert isinstance(owner, ast.ClassDef)
    with pytest.raises(ValueError, match=r"A\.x has no description"):
        make_reference._entries(owner, required=False)


def camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
