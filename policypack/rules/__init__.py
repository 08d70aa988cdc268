"""The rules, one file each."""

import importlib
from typing import Final

from ..rule import Rule

_MODULES: Final = (
    "trust_allows_self_assume",
    "undecided",
)

RULES: Final[tuple[Rule, ...]] = tuple(
    importlib.import_module(f".{name}", __name__).RULE for name in _MODULES
)
"""All rules, in the order in which the documentation lists them."""
