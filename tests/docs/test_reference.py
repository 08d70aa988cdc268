"""The reference is what the code says, and all of it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pulumi
import pytest
import yaml

import pulumi_polytomic
from docs import make_configuration, make_reference
from pulumi_polytomic.argument_types import shape
from pulumi_polytomic.component.outputs import outputs_of
from pulumi_polytomic.custom_resource.provider_arguments import ARGUMENTS as SETTINGS
from pulumi_polytomic.staging_access.arguments import ARGUMENTS

from .pages import ROOT, text_of

PAGE = text_of("docs/reference.md")
COMPONENT = "DatabricksStagingAccess"
PUBLIC = pulumi_polytomic.__all__
RESOURCES = [name for name in PUBLIC if f"{name}Args" in PUBLIC and name != "Provider"]
CONFIGURATION = make_reference.CONFIGURATION
TABLES = [
    *((resource, table) for resource in RESOURCES for table in ("Arguments", "Outputs")),
    (CONFIGURATION, ""),
]

Input: Any = pulumi.Input
"""To a type checker an alias takes no arguments at run time."""


def rows(section: str, table: str = "") -> dict[str, str]:
    """Name to the rest of the row, of a section's table under a heading."""
    text = PAGE.split(f"\n## {section}\n")[1].split("\n## ")[0]
    if table:
        text = text.split(f"\n### {table}\n")[1].split("\n### ")[0]
    found = re.findall(r"^\| `([\w:-]+)`(.*) \|$", text, re.MULTILINE)
    assert len(found) == len(re.findall(r"^\|", text, re.MULTILINE)) - 2, "two lines of heading"
    return dict(found)


def keys(resource: str) -> tuple[frozenset[str], frozenset[str]]:
    """The required and the optional arguments of a resource."""
    owner: Any = getattr(pulumi_polytomic, f"{resource}Args")
    return owner.__required_keys__, owner.__optional_keys__


def test_the_page_is_not_stale() -> None:
    assert make_reference.page() == PAGE, "run: python -m docs.make_reference"


def test_every_resource_has_a_section_and_nothing_else_but_the_configuration() -> None:
    assert PAGE.startswith("# Reference\n")
    sections = re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
    assert sections == [*make_reference.RESOURCES, CONFIGURATION]
    assert sorted(sections) == sorted([*RESOURCES, CONFIGURATION])


def test_the_component_comes_first_so_that_the_anchor_arguments_is_its_own() -> None:
    assert next(iter(make_reference.RESOURCES)) == COMPONENT


@pytest.mark.parametrize("resource", RESOURCES)
def test_every_argument_is_listed_and_nothing_else(resource: str) -> None:
    required, optional = keys(resource)
    listed = list(rows(resource, "Arguments"))
    assert set(listed) == required | optional
    assert set(listed[: len(required)]) == required, "required ones come first"


def test_every_argument_that_the_component_checks_is_listed() -> None:
    assert set(rows(COMPONENT, "Arguments")) == set(ARGUMENTS.checks)


@pytest.mark.parametrize("resource", RESOURCES)
def test_every_output_is_listed_and_nothing_else(resource: str) -> None:
    owner = getattr(pulumi_polytomic, resource)
    assert list(rows(resource, "Outputs")) == outputs_of(owner)


def test_every_resource_that_the_component_made_is_listed_and_nothing_else() -> None:
    owner = getattr(pulumi_polytomic, COMPONENT)
    made = list(rows(COMPONENT, "Resources, in Python"))
    assert [*outputs_of(owner), *made] == list(owner.__annotations__)


def test_every_key_of_the_configuration_is_listed_and_nothing_else() -> None:
    assert list(rows(CONFIGURATION)) == [
        f"polytomic-databricks:{camel_case(name)}" for name in SETTINGS.checks
    ]


def test_secret_keys_of_the_configuration_are_marked() -> None:
    marked = {name for name, rest in rows(CONFIGURATION).items() if ", secret |" in rest}
    secret = {f"polytomic-databricks:{camel_case(name)}" for name in SETTINGS.secret}
    assert marked == secret


@pytest.mark.parametrize("resource", RESOURCES)
def test_required_and_plain_arguments_are_marked(resource: str) -> None:
    arguments = rows(resource, "Arguments")
    required = {name for name, rest in arguments.items() if "(required)" in rest}
    assert required == keys(resource)[0]
    plain = {name for name, rest in arguments.items() if ", plain |" in rest}
    assert plain == (set(ARGUMENTS.plain) if resource == COMPONENT else set())


@pytest.mark.parametrize("resource", [*RESOURCES, "Provider"])
def test_a_section_has_the_signature_and_what_the_docstring_says(resource: str) -> None:
    name = "name" if resource == COMPONENT else "resource_name"
    heading = CONFIGURATION if resource == "Provider" else resource
    calls = f"{resource}({name}, args, opts)\n{resource}({name}, opts, **args)"
    start = f"\n## {heading}\n\n```text\n{calls}\n```\n\n"
    docstring = str(getattr(pulumi_polytomic, resource).__doc__).partition("::\n")[0]
    said = docstring.replace("``", "`").split()[:-1]
    assert PAGE.split(start)[1].split()[: len(said)] == said


@pytest.mark.parametrize(("section", "table"), TABLES)
def test_no_python_type_reaches_the_reader(section: str, table: str) -> None:
    choices = r"(boolean or )?`[\w-]+`(, `[\w-]+`)*( or `[\w-]+`)?"
    word = rf"string|number|boolean|{choices}|list of strings|map of strings|map"
    for rest in rows(section, table).values():
        kind = rest.split("|")[1].strip()
        assert re.fullmatch(rf"({word})(, plain|, secret)?", kind), kind


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        (Input[str], "string"),
        (Input[int] | None, "number"),
        (Input[Sequence[Input[str]]] | None, "list of strings"),
        (Input[Mapping[str, Input[str]]], "map of strings"),
        (Input[Mapping[str, Any]], "map"),
        (bool | Literal["warn"] | None, "boolean or `warn`, plain"),
        (Input[Literal["a", "b", "c"]] | None, "`a`, `b` or `c`"),
    ],
    ids=str,
)
def test_types_are_told_in_words(annotation: Any, words: str) -> None:
    assert make_reference._type(shape(annotation)) == words


@pytest.mark.parametrize("annotation", [object, dict[str, str], list[int]])
def test_a_type_without_words_is_an_error(annotation: Any) -> None:
    with pytest.raises(TypeError, match="no argument can be"):
        shape(annotation)


def test_every_argument_has_a_configuration_key_with_a_description() -> None:
    config = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"]
    assert {camel_case(name) for name in ARGUMENTS.checks} == set(config)
    assert all(key["description"] for key in config.values())


def test_the_configuration_of_the_root_stack_is_not_stale() -> None:
    text = (ROOT / "Pulumi.yaml").read_text()
    assert make_configuration.project() == text, "run: python -m docs.make_configuration"


def camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
