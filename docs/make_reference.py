"""Writes ``docs/reference.md`` from the package's own code: ``python -m docs.make_reference``.

Reads the source of the resources, and imports none of them, so no provider SDK is needed.
"""

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from pulumi_polytomic.custom_resource.settings import SCHEMA

DOCS: Final = Path(__file__).parent
PACKAGE: Final = DOCS.parent / "pulumi_polytomic"
PAGE: Final = DOCS / "reference.md"
MADE: Final = "<!-- Made from the code. After a change: python -m docs.make_reference -->"
RESOURCES: Final[Mapping[str, str]] = {
    "DatabricksStagingAccess": "staging_access/component.py",
    "DatabricksConnection": "connection/resource.py",
    "RoleTrustPolicy": "trust_policy/resource.py",
    "StagingAccessCheck": "access_check/resource.py",
}
"""Name to module, in the order of the page."""
PROVIDER: Final = "custom_resource/provider_resource.py"
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
_WORDS: Final[Mapping[str, str]] = {
    "str": "string",
    "bool": "boolean",
    "float": "number",
    "int": "integer",
    "CheckAccess": 'boolean or "warn"',
}


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
    lines += [f"## {CONFIGURATION}", "", *_opening(_classes(PROVIDER)["Provider"])]
    lines += [_SETTINGS, "", *_table("key", settings()), ""]
    return "\n".join(lines)


def arguments(resource: str) -> list[Entry]:
    """The arguments of a resource, the required ones first."""
    classes = _classes(RESOURCES[resource])
    required = _entries(classes["_RequiredArgs"], required=True)
    return required + _entries(classes[f"{resource}Args"], required=False)


def outputs(resource: str) -> list[Entry]:
    """What a resource gives to the program."""
    return _entries(_classes(RESOURCES[resource])[resource], required=False)


def settings() -> list[Entry]:
    """The keys of the provider's configuration."""
    return [
        Entry(
            f"polytomic-databricks:{key}",
            f"{each['type']}, secret" if each.get("secret") else each["type"],
            required=False,
            meaning=each["description"],
        )
        for key, each in SCHEMA.items()
    ]


def _section(resource: str) -> list[str]:
    note = [_NOTES[resource], ""] if resource in _NOTES else []
    return [
        f"## {resource}",
        "",
        *_opening(_classes(RESOURCES[resource])[resource]),
        "### Arguments",
        "",
        *note,
        *_table("argument", arguments(resource)),
        "",
        "### Outputs",
        "",
        *_table("output", outputs(resource)),
        "",
    ]


def _classes(module: str) -> dict[str, ast.ClassDef]:
    tree = ast.parse((PACKAGE / module).read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def _opening(owner: ast.ClassDef) -> list[str]:
    """How the class is called, and its docstring."""
    (init,) = [
        node for node in owner.body if isinstance(node, ast.FunctionDef) and node.name == "__init__"
    ]
    names = ", ".join(each.arg for each in init.args.args[1:])
    lines = ["```text", f"{owner.name}({names})", "```", ""]
    for paragraph in (ast.get_docstring(owner) or "").split("\n\n"):
        lines += [_flowing(paragraph), ""]
    return lines


def _entries(owner: ast.ClassDef, *, required: bool) -> list[Entry]:
    """Each annotated name of a class with the string below it. Raises ValueError without one."""
    found = []
    for node, below in zip(owner.body, [*owner.body[1:], None], strict=True):
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
            continue
        text = below.value if isinstance(below, ast.Expr) else None
        if not isinstance(text, ast.Constant) or not isinstance(text.value, str):
            raise ValueError(f"{owner.name}.{node.target.id} has no description")
        kind = _type(node.annotation)
        found.append(Entry(node.target.id, kind, required, _flowing(text.value)))
    return found


def _flowing(text: str) -> str:
    """A docstring's text on one line, as Markdown."""
    return " ".join(text.split()).replace("``", "`")


def _type(annotation: ast.expr) -> str:
    """The annotation as a user thinks of it. Raises ValueError for one that has no word here."""
    text = ast.unparse(annotation)
    plain = "pulumi.Input[" not in text and "pulumi.Output[" not in text
    return f"{_word(annotation)}, plain" if plain else _word(annotation)


def _word(node: ast.expr) -> str:
    """The annotation in words: Input, Output and None left out."""
    if isinstance(node, ast.Name) and node.id in _WORDS:
        return _WORDS[node.id]
    if isinstance(node, ast.BinOp) and ast.unparse(node.right) == "None":
        return _word(node.left)
    if isinstance(node, ast.Subscript):
        generic, inner = ast.unparse(node.value), node.slice
        if generic in ("pulumi.Input", "pulumi.Output"):
            return _word(inner)
        if generic in ("list", "Sequence"):
            return f"list of {_word(inner)}s"
        if generic == "Mapping" and isinstance(inner, ast.Tuple):
            value = inner.elts[1]
            return "map" if ast.unparse(value) == "Any" else f"map of {_word(value)}s"
    raise ValueError(f"no word for the type {ast.unparse(node)}")


def _table(kind: str, entries: list[Entry]) -> list[str]:
    lines = [f"| {kind} | type | meaning |", "| --- | --- | --- |"]
    for entry in entries:
        name = f"`{entry.name}` (required)" if entry.required else f"`{entry.name}`"
        meaning = entry.meaning.replace("|", "\\|")
        lines.append(f"| {name} | {entry.type} | {meaning} |")
    return lines


if __name__ == "__main__":
    main()
