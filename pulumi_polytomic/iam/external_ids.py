"""Telling an external ID that a vendor minted from one that somebody has yet to fill in.

Nothing here puts the value into its answer: external IDs are treated as sensitive.
"""

import re
from typing import Final

EXTERNAL_ID_LENGTHS: Final = (2, 1_224)
"""Shortest and longest ``sts:ExternalId`` that STS takes."""

_ALLOWED: Final = "allowed are 2 to 1,224 of A-Z, a-z, 0-9 and +=,.@:/_-"
_MEND: Final = "copy the external ID that the vendor shows for its connection or storage credential"

# A text is a placeholder when all its words are in one of these two, one of them in the first.
_TELLTALES: Final = (
    "abc abcd abcdef asdf bar baz change changeme default dummy empty enter example external "
    "externalid extid fake fill fixme foo foobar guid here id insert na nan nil none null paste "
    "placeholder qwerty replace replaceme sample secret somestring string tba tbd test testing "
    "text todo token undefined unknown unset uuid value your yourexternalid yours"
)
_FILLERS: Final = (
    "a an and aws catalog connection credential databricks for from goes i in is it me my of "
    "polytomic role s some storage the this to trust unity with"
)
_TELLTALE_WORDS: Final = frozenset(_TELLTALES.split())
_FILLER_WORDS: Final = frozenset(_FILLERS.split())
_OPEN_AND_CLOSE: Final = (("<", ">"), ("[", "]"), ("{", "}"), ("${", "}"), ("%", "%"), ("__", "__"))


def external_id_fault(external_id: object) -> str | None:
    """Judge an external ID: its length, its characters, and whether it is a placeholder.

    UUIDs and account IDs pass, for Databricks has used both, and so do short tokens; a
    UUID or a number of one repeated digit, as in Databricks' guides, does not.
    """
    if not isinstance(external_id, str):
        return f"is not text; {_ALLOWED}"
    if not external_id.strip():
        return f"is empty; {_MEND}"
    if _is_placeholder(external_id):
        return f"is a placeholder, not an external ID; {_MEND}"
    shortest, longest = EXTERNAL_ID_LENGTHS
    if not shortest <= len(external_id) <= longest:
        return f"is {len(external_id)} characters long; {_ALLOWED}"
    if not re.fullmatch(r"[\w+=,.@:/-]+", external_id, re.ASCII):
        return f"has a character that AWS does not take; {_ALLOWED}"
    return None


def _is_placeholder(text: str) -> bool:
    text = text.strip().strip("\"'`")
    if any(
        text.startswith(start) and text.endswith(end) and len(text) > len(start)
        for start, end in _OPEN_AND_CLOSE
    ):
        return True
    if re.match(r"your[-_ .]", text, re.IGNORECASE):
        return True
    bare = re.sub(r"[\W_]", "", text).lower()
    if bare in ("", "na"):
        return True
    return _is_repeated(bare) or _is_counting(bare) or _is_masked(text) or _is_all_talk(text)


def _is_repeated(bare: str) -> bool:
    """One character over and over, dashes apart: ``0000``, ``xxx``, an all-zero UUID."""
    return len(bare) > 1 and len(set(bare)) == 1


def _is_counting(bare: str) -> bool:
    """``123``, ``12345678``: people's favourite. Twelve digits are an account ID and pass."""
    return len(bare) > 2 and ("1234567890".startswith(bare) or "0123456789".startswith(bare))


def _is_masked(text: str) -> bool:
    """A UUID or number drawn with the letter x: ``xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx``."""
    groups = re.split(r"[-_:.]", text.lower())
    return len(groups) > 1 and all(re.fullmatch(r"[xy0-9]*x{2,}[xy0-9]*", g) for g in groups)


def _is_all_talk(text: str) -> bool:
    """Nothing but the words of an instruction: ``POLYTOMIC-EXTERNAL-ID``, ``changeMe``."""
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+", text)
    lowered = [word.lower() for word in words]
    telltale = [
        word in _TELLTALE_WORDS or bool(re.fullmatch(r"x{2,}|0{2,}", word)) for word in lowered
    ]
    return any(telltale) and all(
        tells or word in _FILLER_WORDS or _is_counting(word)
        for word, tells in zip(lowered, telltale, strict=True)
    )
