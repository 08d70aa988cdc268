"""What AWS takes as names, and its limits.

A fault is a sentence fragment, or ``None`` where all is well; it reads after the name of the
argument: "bucket_name" + "has a dot, ...". Sources: the API reference of IAM and STS, the S3
guide's naming rules, and what Unity Catalog takes.
"""

import re
import unicodedata
from typing import Final

TRUST_POLICY_QUOTA: Final = 2_048
"""Characters, white space not counted, that a trust policy may have by default."""
TRUST_POLICY_MAXIMUM: Final = 8_192
"""What AWS can raise that quota to."""
INLINE_POLICIES_QUOTA: Final = 10_240
"""Characters, white space not counted, of all inline policies of one role together."""
MANAGED_POLICY_QUOTA: Final = 6_144
"""Characters, white space not counted, of one managed policy."""
SESSION_DURATION_MINIMUM: Final = 3_600
"""Seconds."""
SESSION_DURATION_MAXIMUM: Final = 43_200
"""Seconds."""

_BUCKET: Final = (
    "allowed are 3 to 63 of a-z, 0-9 and '-', beginning and ending with a letter or digit"
)
_RESERVED_BUCKET_STARTS: Final = ("xn--", "sthree-", "amzn-s3-demo-")
_RESERVED_BUCKET_ENDS: Final = ("-s3alias", "--ol-s3", "--x-s3", "--table-s3")
_PREFIX_LIMIT: Final = 512
_PREFIX: Final = f"allowed are up to {_PREFIX_LIMIT} of A-Z, a-z, 0-9 and !_.'()&@=:+,/-"
_ROLE_NAME: Final = "allowed are 1 to 64 of A-Z, a-z, 0-9 and +=,.@_-"
_ROLE_PATH: Final = "allowed is '/' or up to 512 printable ASCII characters between two '/'"
_TAG: Final = "allowed are letters, digits, spaces and _.:/=+-@"


def bucket_name_fault(name: object) -> str | None:
    """Judge a staging bucket's name: S3's rules, and no dots, which Unity Catalog does not take."""
    if not isinstance(name, str):
        return f"is not text; {_BUCKET}"
    if "." in name:
        return f"has a dot, which Unity Catalog does not take; {_BUCKET}"
    if not 3 <= len(name) <= 63:
        return f"is {len(name)} characters long; {_BUCKET}"
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*[a-z0-9]", name):
        return f"has a character where S3 does not take it; {_BUCKET}"
    for start in _RESERVED_BUCKET_STARTS:
        if name.startswith(start):
            return f"begins with {start!r}, which AWS keeps to itself; {_BUCKET}"
    for end in _RESERVED_BUCKET_ENDS:
        if name.endswith(end):
            return f"ends with {end!r}, which AWS keeps to itself; {_BUCKET}"
    return None


def bucket_prefix_fault(prefix: object) -> str | None:
    """Judge a key prefix such as ``staging/polytomic``; empty means the whole bucket.

    A wildcard, a policy variable or an empty path segment would widen or break the policy that
    the prefix goes into.
    """
    if not isinstance(prefix, str):
        return f"is not text; {_PREFIX}"
    if not prefix:
        return None
    if prefix.startswith("/"):
        return "begins with '/'; write 'folder/below' for s3://bucket/folder/below"
    if len(prefix) > _PREFIX_LIMIT:
        return f"is {len(prefix)} characters long; {_PREFIX}"
    if not re.fullmatch(r"[A-Za-z0-9!_.'()&@=:+,/-]+", prefix):
        return f"has a character that cannot stand in it; {_PREFIX}"
    segments = prefix.removesuffix("/").split("/")
    if not all(segments):
        return "has an empty part ('//'); write 'folder/below'"
    if any(segment in (".", "..") for segment in segments):
        return "has a part '.' or '..'; write 'folder/below'"
    return None


def account_id_fault(account_id: object) -> str | None:
    """Judge an AWS account's ID. A number is a fault: leading zeros would be lost."""
    if isinstance(account_id, str) and re.fullmatch(r"[0-9]{12}", account_id):
        return None
    kind = "is not text" if not isinstance(account_id, str) else "is not an AWS account ID"
    return f"{kind}; an account ID has exactly 12 digits, written as text"


def role_name_fault(name: object) -> str | None:
    """Judge an IAM role's name (without its path)."""
    if not isinstance(name, str):
        return f"is not text; {_ROLE_NAME}"
    if not name:
        return f"is empty; {_ROLE_NAME}"
    if len(name) > 64:
        return f"is {len(name)} characters long; {_ROLE_NAME}"
    if not re.fullmatch(r"[\w+=,.@-]+", name, re.ASCII):
        return f"has a character that IAM does not take; {_ROLE_NAME}"
    return None


def role_path_fault(path: object) -> str | None:
    """Judge an IAM path, such as ``/`` or ``/staging/``.

    IAM itself would take ``*``, ``?`` and ``$``; in the policy that names the role they would be
    wildcards or variables, so they are faults here.
    """
    if not isinstance(path, str):
        return f"is not text; {_ROLE_PATH}"
    if path == "/":
        return None
    if len(path) > 512:
        return f"is {len(path)} characters long; {_ROLE_PATH}"
    if not (path.startswith("/") and path.endswith("/")):
        return f"does not begin and end with '/'; {_ROLE_PATH}"
    if not re.fullmatch(r"[!-~]+", path):
        return f"has a character that IAM does not take; {_ROLE_PATH}"
    if re.search(r"[*?$]", path):
        return f"has one of '*?$', which mean something else in a policy; {_ROLE_PATH}"
    if "//" in path:
        return f"has an empty part ('//'); {_ROLE_PATH}"
    return None


def session_duration_fault(seconds: object) -> str | None:
    """Judge a role's maximum session duration in seconds; Pulumi sends whole floats."""
    allowed = f"allowed are {SESSION_DURATION_MINIMUM} to {SESSION_DURATION_MAXIMUM} whole seconds"
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return f"is not a number; {allowed}"
    if not SESSION_DURATION_MINIMUM <= seconds <= SESSION_DURATION_MAXIMUM:
        return f"is out of range; {allowed}"
    if seconds != int(seconds):
        return f"is not a whole number; {allowed}"
    return None


def tag_fault(key: object, value: object) -> str | None:
    """Judge one tag of a role: key 1-128, value 0-256 characters, no ``aws:`` in front."""
    if not isinstance(key, str) or not isinstance(value, str):
        return "is not text; a tag has a text as its key and a text as its value"
    if not 1 <= len(key) <= 128:
        return f"has a key of {len(key)} characters; allowed are 1 to 128"
    if len(value) > 256:
        return f"has a value of {len(value)} characters; allowed are up to 256"
    if key.lower().startswith("aws:"):
        return "has a key that begins with 'aws:', which AWS keeps to itself"
    for part, text in (("key", key), ("value", value)):
        if not all(_stands_in_tag(character) for character in text):
            return f"has a character in its {part} that IAM does not take; {_TAG}"
    return None


def _stands_in_tag(character: str) -> bool:
    return character in "_.:/=+-@" or unicodedata.category(character)[0] in "LNZ"
