"""Writes ``docs/reference.md`` from the package's own code: ``python -m docs.make_reference``."""

import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, get_args

import pulumi_polytomic
from pulumi_polytomic.argument_types import KINDS, Shape, shape
from pulumi_polytomic.arguments import Arguments
from pulumi_polytomic.component.outputs import outputs_of
from pulumi_polytomic.custom_resource.provider_arguments import ARGUMENTS as SETTINGS
from pulumi_polytomic.naming import PACKAGE, camel_case
from pulumi_polytomic.server.docstrings import readable, texts

DOCS: Final = Path(__file__).parent
PAGE: Final = DOCS / "reference.md"
MADE: Final = "<!-- Made from the code. After a change: python -m docs.make_reference -->"
RESOURCES: Final = (
    "DatabricksStagingAccess",
    "DatabricksConnection",
    "RoleTrustPolicy",
    "StagingAccessCheck",
)
"""In the order of the page."""
CONFIGURATION: Final = "Configuration of the provider"

_INTRODUCTION: Final = (
    "Names are Python's; Pulumi's other languages have the same in camelCase (`bucketName`). "
    "An argument takes a plain value or an `Output`; one whose type says *plain* takes no `Output`."
)
_NOTES: Final[Mapping[str, str]] = {
    "DatabricksStagingAccess": "The root stack's configuration has the same in camelCase. All are "
    "checked before anything is created; an error names the argument, what is wrong, what is "
    "allowed and how to mend it.",
}
"""What is to be said of a resource's arguments, beside their table."""
_SETTINGS: Final = (
    "The stack's configuration has these keys (`pulumi config set "
    "polytomic-databricks:awsProfile staging`, with `--secret` where the type says *secret*); a "
    "`Provider` takes the same as arguments with Python's names (`aws_profile`). All are optional; "
    "a key that is not listed is an error."
)


class Entry(NamedTuple):
    """One argument, output or configuration key."""

    name: str
    type: str
    required: bool
    meaning: str


def main() -> None:
    """Writes the page."""
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """The text of the page."""
    links = [f"[{name}](#{name.lower()})" for name in RESOURCES]
    links.append(f"[{CONFIGURATION}](#{CONFIGURATION.lower().replace(' ', '-')})")
    lines = ["# Reference", "", MADE, "", *(f"- {link}" for link in links), "", _INTRODUCTION, ""]
    for name in RESOURCES:
        lines += _section(name)
    lines += [f"## {CONFIGURATION}", "", *_opening("Provider")]
    lines += [_SETTINGS, "", *_table("key", settings()), ""]
    return "\n".join(lines)


def arguments(resource: str) -> list[Entry]:
    """The arguments of a resource, the required ones first."""
    declared: Arguments = _class(resource).arguments
    described = texts(declared.declaration)
    return [
        Entry(name, _type(each), name in declared.required, _flowing(described[name]))
        for name, each in declared.shapes.items()
    ]


def outputs(resource: str) -> list[Entry]:
    """What a resource gives to the program."""
    owner = _class(resource)
    described = texts(owner)
    return [
        Entry(name, _type(_shape(owner, name)), required=False, meaning=_flowing(described[name]))
        for name in outputs_of(owner)
    ]


def resources(resource: str) -> list[Entry]:
    """The resources that a component made, which programs in Python also see."""
    owner = _class(resource)
    names = [name for name in owner.__annotations__ if name not in outputs_of(owner)]
    return [Entry(n, "resource", required=False, meaning=_flowing(texts(owner)[n])) for n in names]


def settings() -> list[Entry]:
    """The keys of the provider's configuration."""
    described = texts(SETTINGS.declaration)
    return [
        Entry(
            f"{PACKAGE}:{camel_case(name)}",
            f"{_type(each)}, secret" if SETTINGS.checks[name].secret else _type(each),
            required=False,
            meaning=_flowing(readable(described[name], SETTINGS.checks)),
        )
        for name, each in SETTINGS.shapes.items()
    ]


def _section(resource: str) -> list[str]:
    note = [_NOTES[resource], ""] if resource in _NOTES else []
    made = resources(resource)
    return [
        f"## {resource}",
        "",
        *_opening(resource),
        "### Arguments",
        "",
        *note,
        *_table("argument", arguments(resource)),
        "",
        "### Outputs",
        "",
        *_table("output", outputs(resource)),
        "",
        *(["### Resources, in Python", "", *_table("attribute", made), ""] if made else []),
    ]


def _class(name: str) -> Any:
    return getattr(pulumi_polytomic, name)


def _opening(name: str) -> list[str]:
    """How the class is called, and its docstring; an example in it as what it is."""
    first = next(iter(inspect.signature(_class(name)).parameters))
    lines = ["```text", f"{name}({first}, args, opts)", f"{name}({first}, opts, **args)", "```", ""]
    prose, _, example = (inspect.getdoc(_class(name)) or "").partition("::\n\n")
    for paragraph in (f"{prose}:" if example else prose).split("\n\n"):
        lines += [_flowing(paragraph), ""]
    if example:
        lines += ["```text", inspect.cleandoc(example), "```", ""]
    return lines


def _flowing(text: str) -> str:
    """A docstring's text on one line, as Markdown."""
    return " ".join(text.split()).replace("``", "`")


def _shape(owner: type, name: str) -> Shape:
    # Only an argument is plain or not.
    return shape(get_args(owner.__annotations__[name])[0])._replace(plain=False)


def _type(found: Shape) -> str:
    """The type as a user thinks of it."""
    words = [KINDS[kind].words.partition(" ")[2] for kind in found.kinds]
    if found.choices:
        choices = [f"`{choice}`" for choice in found.choices]
        words = [*(word for word in words if word != "string"), *choices]
    listed = " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
    return f"{listed}, plain" if found.plain else listed


def _table(kind: str, entries: list[Entry]) -> list[str]:
    lines = [f"| {kind} | type | meaning |", "| --- | --- | --- |"]
    for entry in entries:
        name = f"`{entry.name}` (required)" if entry.required else f"`{entry.name}`"
        meaning = entry.meaning.replace("|", "\\|")
        lines.append(f"| {name} | {entry.type} | {meaning} |")
    return lines


if __name__ == "__main__":
    main()
