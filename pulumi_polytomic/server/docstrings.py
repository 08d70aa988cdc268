"""The texts under the annotations of a class, which Python does not keep at run time."""

import ast
import inspect
import re
import sys
from collections.abc import Collection, Iterator
from functools import cache
from typing import Final

from ..naming import camel_case

_CODE: Final = re.compile(r"``([^`]*)``")


def texts(owner: type) -> dict[str, str]:
    """Gives the docstring of each annotated name of ``owner``, of its bases in one module too.

    Raises:
        ValueError: a name has none.
    """
    classes = _classes(owner.__module__)
    found: dict[str, str] = {}
    for node in _with_bases(classes[owner.__name__], classes):
        for line, below in zip(node.body, [*node.body[1:], None], strict=True):
            if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
                text = below.value if isinstance(below, ast.Expr) else None
                if not isinstance(text, ast.Constant) or not isinstance(text.value, str):
                    raise ValueError(f"{owner.__name__}.{line.target.id} has no docstring")
                found[line.target.id] = inspect.cleandoc(text.value)
    return found


def in_camel_case(text: str, names: Collection[str]) -> str:
    """Gives a text with those of ``names`` in it as Pulumi's other languages spell them."""
    longest_first = sorted((name for name in names if "_" in name), key=len, reverse=True)
    pattern = rf"(?<![\w$])({'|'.join(longest_first)})(?!\w)"
    return re.sub(pattern, lambda found: camel_case(found[0]), text) if longest_first else text


def readable(text: str, names: Collection[str]) -> str:
    """Gives a docstring as Markdown for other languages: no Python in it, ``names`` spelt anew."""
    prose, is_cut, _ = inspect.cleandoc(text).partition("::\n")
    prose = f"{prose}." if is_cut else prose
    prose = re.sub(r"\bNone\b", "null", prose)

    def code(found: re.Match[str]) -> str:
        word = found[1]
        if word in ("True", "False", "None"):
            return f"`{word.lower().replace('none', 'null')}`"
        return f"`{camel_case(word) if word in names else word}`"

    return _CODE.sub(code, prose)


def _with_bases(node: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> Iterator[ast.ClassDef]:
    for base in node.bases:
        if isinstance(base, ast.Name) and base.id in classes:
            yield from _with_bases(classes[base.id], classes)
    yield node


@cache
def _classes(module: str) -> dict[str, ast.ClassDef]:
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
