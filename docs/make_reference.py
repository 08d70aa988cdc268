"""Writes ``docs/reference.md`` from the component's own code: ``python -m docs.make_reference``.

Reads the source, and imports nothing of it: neither Pulumi nor a provider SDK is needed.
"""

import ast
from pathlib import Path
from typing import Final, NamedTuple

DOCS: Final = Path(__file__).parent
COMPONENT: Final = DOCS.parent / "pulumi_polytomic" / "staging_access.py"
PAGE: Final = DOCS / "reference.md"
MADE: Final = "<!-- Made from the code. After a change: python -m docs.make_reference -->"


class Entry(NamedTuple):
    """One argument or output."""

    name: str
    type: str
    required: bool
    meaning: str


def main() -> None:
    """Writes the page."""
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """The text of the page."""
    required, optional = arguments()
    return "\n".join(
        [
            "# Reference of DatabricksStagingAccess",
            "",
            MADE,
            "",
            "```text",
            "DatabricksStagingAccess(name, args, opts)",
            "```",
            "",
            f"{_summary()}",
            "",
            "## Arguments",
            "",
            "Python names; the root stack's configuration has the same in camelCase "
            "(`bucketName`). An argument takes a plain value or an `Output`; one whose type says "
            "*plain* takes no `Output`. All are checked before anything is created; an error names "
            "the argument, what is wrong, what is allowed and how to mend it.",
            "",
            *_table("argument", [*required, *optional]),
            "",
            "## Outputs",
            "",
            *_table("output", outputs()),
            "",
        ]
    )


def arguments() -> tuple[list[Entry], list[Entry]]:
    """The required and the optional arguments."""
    classes = _classes()
    required = _entries(classes["_RequiredArgs"], required=True)
    return required, _entries(classes["DatabricksStagingAccessArgs"], required=False)


def outputs() -> list[Entry]:
    """What the component gives to the program."""
    return _entries(_classes()["DatabricksStagingAccess"], required=False)


def _classes() -> dict[str, ast.ClassDef]:
    tree = ast.parse(COMPONENT.read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def _entries(owner: ast.ClassDef, *, required: bool) -> list[Entry]:
    """Each annotated name of a class with the string below it. Raises ValueError without one."""
    found = []
    for node, below in zip(owner.body, [*owner.body[1:], None], strict=True):
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
            continue
        text = below.value if isinstance(below, ast.Expr) else None
        if not isinstance(text, ast.Constant) or not isinstance(text.value, str):
            raise ValueError(f"{owner.name}.{node.target.id} has no description")
        meaning = " ".join(text.value.split()).replace("``", "`")
        found.append(Entry(node.target.id, _type(node.annotation), required, meaning))
    return found


def _type(annotation: ast.expr) -> str:
    """The annotation as a user thinks of it: Input and Output left out."""
    text = ast.unparse(annotation)
    plain = "Input[" not in text and "Output[" not in text
    for wrapper in ("pulumi.Input", "pulumi.Output", "Optional"):
        while f"{wrapper}[" in text:
            before, _, rest = text.partition(f"{wrapper}[")
            inner, after = _inside(rest)
            text = before + inner + after
    text = text.removesuffix(" | None")
    words = {"str": "string", "bool": "boolean", "float": "number"}
    for python, word in words.items():
        text = text.replace(python, word)
    text = text.replace("Mapping[string, string]", "map of strings")
    text = text.replace("Mapping[string, Any]", "map")
    text = text.replace("list[string]", "list of strings")
    return f"{text}, plain" if plain else text


def _inside(text: str) -> tuple[str, str]:
    """Splits what follows an opening bracket at the bracket that closes it."""
    depth = 1
    for index, character in enumerate(text):
        depth += {"[": 1, "]": -1}.get(character, 0)
        if depth == 0:
            return text[:index], text[index + 1 :]
    raise ValueError(f"no closing bracket in {text!r}")


def _summary() -> str:
    text = ast.get_docstring(_classes()["DatabricksStagingAccess"]) or ""
    return " ".join(text.partition("\n\n")[2].split())


def _table(kind: str, entries: list[Entry]) -> list[str]:
    lines = [f"| {kind} | type | meaning |", "| --- | --- | --- |"]
    for entry in entries:
        name = f"`{entry.name}` (required)" if entry.required else f"`{entry.name}`"
        meaning = entry.meaning.replace("|", "\\|")
        lines.append(f"| {name} | {entry.type} | {meaning} |")
    return lines


if __name__ == "__main__":
    main()
