"""Texts about arguments, as other languages spell their names."""

import inspect
import re
from typing import Final

from ..naming import camel_case
from ..staging_access.arguments import ARGUMENTS

_CODE: Final = re.compile(r"``([^`]*)``")


def readable(text: str) -> str:
    """Gives a docstring as Markdown, with the names of arguments in camelCase."""
    return _CODE.sub(lambda found: f"`{_spelt(found[1])}`", inspect.cleandoc(text))


def in_camel_case(text: str) -> str:
    """Gives a message with the names of arguments in camelCase."""
    return _ARGUMENT.sub(lambda found: camel_case(found[0]), text)


_ARGUMENT: Final = re.compile(
    r"(?<![\w$])("
    + "|".join(sorted((a for a in ARGUMENTS if "_" in a), key=len, reverse=True))
    + r")(?!\w)"
)


def _spelt(code: str) -> str:
    if code in ("True", "False"):
        return code.lower()
    return camel_case(code) if code in ARGUMENTS else code
