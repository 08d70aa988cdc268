"""The reference is what the code says, and all of it."""

import ast
import re
from typing import Any

import pytest
import yaml

import pulumi_polytomic
from docs import make_reference
from pulumi_polytomic.custom_resource.provider_resource import ProviderArgs
from pulumi_polytomic.custom_resource.settings import SCHEMA
from pulumi_polytomic.staging_access.arguments import ARGUMENTS, STRUCTURAL_ARGUMENTS

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
    assert set(rows(COMPONENT, "Arguments")) == set(ARGUMENTS)


@pytest.mark.parametrize("resource", RESOURCES)
def test_every_output_is_listed_and_nothing_else(resource: str) -> None:
    owner = getattr(pulumi_polytomic, resource)
    assert list(rows(resource, "Outputs")) == list(owner.__annotations__)


def test_every_key_of_the_configuration_is_listed_and_nothing_else() -> None:
    assert list(rows(CONFIGURATION)) == [f"polytomic-databricks:{key}" for key in SCHEMA]


def test_the_arguments_of_provider_are_the_keys_of_the_configuration() -> None:
    assert [camel_case(name) for name in ProviderArgs.__annotations__] == list(SCHEMA)


def test_secret_keys_of_the_configuration_are_marked() -> None:
    marked = {name for name, rest in rows(CONFIGURATION).items() if ", secret |" in rest}
    secret = {f"polytomic-databricks:{key}" for key, each in SCHEMA.items() if each.get("secret")}
    assert marked == secret


@pytest.mark.parametrize("resource", RESOURCES)
def test_required_and_plain_arguments_are_marked(resource: str) -> None:
    arguments = rows(resource, "Arguments")
    required = {name for name, rest in arguments.items() if "(required)" in rest}
    assert required == keys(resource)[0]
    plain = {name for name, rest in arguments.items() if ", plain |" in rest}
    assert plain == (set(STRUCTURAL_ARGUMENTS) if resource == COMPONENT else set())


@pytest.mark.parametrize("resource", [*RESOURCES, "Provider"])
def test_a_section_has_the_signature_and_what_the_docstring_says(resource: str) -> None:
    name = "name" if resource == COMPONENT else "resource_name"
    heading = CONFIGURATION if resource == "Provider" else resource
    start = f"\n## {heading}\n\n```text\n{resource}({name}, args, opts)\n```\n\n"
    docstring = str(getattr(pulumi_polytomic, resource).__doc__)
    said = docstring.replace("``", "`").split()
    assert PAGE.split(start)[1].split()[: len(said)] == said


@pytest.mark.parametrize(("section", "table"), TABLES)
def test_no_python_type_reaches_the_reader(section: str, table: str) -> None:
    word = r"string|number|integer|boolean|boolean or \"warn\"|list of strings|map of strings|map"
    for rest in rows(section, table).values():
        kind = rest.split("|")[1].strip()
        assert re.fullmatch(rf"({word})(, plain|, secret)?", kind), kind


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        ("pulumi.Input[str]", "string"),
        ("pulumi.Output[str | None]", "string"),
        ("pulumi.Input[int] | None", "integer"),
        ("pulumi.Input[Sequence[pulumi.Input[str]]] | None", "list of strings"),
        ("pulumi.Input[list[pulumi.Input[str]]] | None", "list of strings"),
        ("pulumi.Input[Mapping[str, pulumi.Input[float]]]", "map of numbers"),
        ("pulumi.Input[Mapping[str, Any]]", "map"),
        ("CheckAccess | None", 'boolean or "warn", plain'),
    ],
)
def test_types_are_told_in_words(annotation: str, words: str) -> None:
    assert make_reference._type(ast.parse(annotation, mode="eval").body) == words


@pytest.mark.parametrize("annotation", ["pulumi.Input[Whatever]", "dict[str, str]", "str | int"])
def test_a_type_without_words_is_an_error(annotation: str) -> None:
    with pytest.raises(ValueError, match="no word for the type"):
        make_reference._type(ast.parse(annotation, mode="eval").body)


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
