"""What the services take as texts. Each fault reads after the name of the argument.

Sources: the API reference of IAM (``CreateRole``), and "Securable object naming requirements" of
Unity Catalog.
"""

import difflib
import re
import unicodedata
from collections.abc import Sequence
from typing import Final

_SHOWN: Final = 64
"""Characters of a value that an error shows."""
_OBJECT_NAME: Final = "allowed are 1 to 255 characters without spaces, '.' and '/'"


def cut(value: object) -> str:
    """Gives a value as an error shows it: not the whole of a long one."""
    text = str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def one_of_fault(value: object, allowed: Sequence[str]) -> str | None:
    """Says that ``value`` is none of ``allowed``, and which one is nearest."""
    if value in allowed:
        return None
    text = cut(value)
    part = [word for word in allowed if text and text.lower() in word.lower()]
    near = part or difflib.get_close_matches(text, allowed, n=1)
    hint = f" (did you mean '{near[0]}'?)" if near else ""
    return f"'{text}' is not one of {', '.join(allowed)}{hint}"


def text_fault(value: str) -> str | None:
    """Judges a name that people read: not empty, on one line, without control characters."""
    if not value.strip():
        return "is empty"
    if value != value.strip():
        return "has white space at its beginning or end"
    if any(unicodedata.category(character) == "Cc" for character in value):
        return "has a line break or another control character"
    return None


def one_word_fault(value: str) -> str | None:
    """Judges a key or a token, white space around it left out: printable ASCII on one line."""
    if re.fullmatch(r"[!-~]+", value.strip()):
        return None
    return "holds white space or a control character" if value.strip() else "is empty"


def comment_fault(value: str) -> str | None:
    """Judges a comment in Unity Catalog: any text that JSON and the console can show."""
    bad = [each for each in value if unicodedata.category(each) == "Cc" and each not in "\t\n\r"]
    return "has a control character" if bad else None


def object_name_fault(value: str) -> str | None:
    """Judges the name of an object in Unity Catalog."""
    if not value.strip():
        return f"is empty; {_OBJECT_NAME}"
    if len(value) > 255:
        return f"has {len(value)} characters; {_OBJECT_NAME}"
    if re.search(r"[ ./\x00-\x1f\x7f]", value):
        return f"has a character that Unity Catalog does not take; {_OBJECT_NAME}"
    return None


def owner_fault(value: str) -> str | None:
    """Judges who owns an object in Unity Catalog: a user, a group, or an application ID."""
    if len(value) > 255:
        return f"has {len(value)} characters; allowed are up to 255"
    return text_fault(value)


def role_description_fault(value: str) -> str | None:
    """Judges the description of an IAM role."""
    if len(value) > 1000:
        return f"has {len(value)} characters; a role's description takes at most 1000"
    if not re.fullmatch(r"[\t\n\r\x20-\x7e\xa1-\xff]*", value):
        return (
            "has a character that IAM does not take; allowed are those of Latin-1 (ISO 8859-1), "
            "tabs and line breaks"
        )
    return None
