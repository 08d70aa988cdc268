"""Writes the ``config:`` block of the root Pulumi.yaml: ``python -m docs.make_configuration``."""

import json
from pathlib import Path
from typing import Final

from pulumi_polytomic import DatabricksStagingAccess
from pulumi_polytomic.argument_types import Shape
from pulumi_polytomic.arguments import Argument
from pulumi_polytomic.naming import camel_case
from pulumi_polytomic.server.docstrings import readable, texts

PROJECT: Final = Path(__file__).parent.parent / "Pulumi.yaml"
MADE: Final = (
    "# Made from the arguments of DatabricksStagingAccess: python -m docs.make_configuration\n"
)
_TYPES: Final = {
    "string": ("string", ""),
    "boolean": ("boolean", False),
    "integer": ("integer", 0),
    "strings": ("array", []),
    "map": ("object", {}),
    "object": ("object", {}),
}
"""Type and empty value in a project's configuration, by kind."""


def main() -> None:
    """Writes the block."""
    PROJECT.write_text(project(), encoding="utf-8")


def project() -> str:
    """The text of Pulumi.yaml."""
    kept = PROJECT.read_text(encoding="utf-8").partition(MADE)[0]
    arguments = DatabricksStagingAccess.arguments
    described = texts(arguments.declaration)
    lines = [
        line
        for name, shape in arguments.shapes.items()
        for line in _key(name, shape, arguments.checks[name], described[name])
    ]
    return kept + MADE + "# An empty value counts as not given.\nconfig:\n" + "".join(lines)


def _key(name: str, shape: Shape, check: Argument, text: str) -> list[str]:
    # A union is read as a string, in which true is a word like any other.
    kind, empty = _TYPES[shape.kinds[0] if len(shape.kinds) == 1 else "string"]
    default = empty if check.default is None else check.default
    if kind == "string":
        default = str(default).lower() if isinstance(default, bool) else default
    lines = [f"  {camel_case(name)}:\n", f"    type: {kind}\n"]
    if kind == "array":
        lines.append("    items:\n      type: string\n")
    lines.append("    description: >-\n")
    lines += [
        f"      {line}\n"
        for line in readable(text, DatabricksStagingAccess.arguments.checks).splitlines()
    ]
    return [*lines, f"    default: {json.dumps(default)}\n"]


if __name__ == "__main__":
    main()
