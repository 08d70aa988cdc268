"""The role behind an assumed-role session, whose ARN does not tell the role's path."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from pulumi_polytomic.iam.context import Caller
from pulumi_polytomic.iam.document import PolicyDocument, Statement


def possible_callers(
    caller: Caller, documents: Iterable[PolicyDocument], principal_ids: Mapping[str, str] | None
) -> list[Caller]:
    """Give the caller with each role ARN that it may have and that makes a difference.

    That is the ARN without a path, and each path under which the documents speak of a role of
    that name. Where the living principals hold the role, it is known: names are unique in an
    account, whatever the path.
    """
    if caller.path_known:
        return [caller]
    own = caller.principal_arn.partition(":role/")[0]
    for arn in (principal_ids or {}).values():
        if arn.startswith(f"{own}:role/") and arn.rpartition("/")[2] == caller.role_name:
            return [replace(caller, principal_arn=arn)]
    directories = dict.fromkeys(
        directory
        for document in documents
        for statement in document.statements
        for text in _mentions(statement)
        for directory in _directories(text, caller.role_name)
    )
    paths = [f"{own}:{directory}/{caller.role_name}" for directory in directories]
    return [caller, *(replace(caller, principal_arn=arn) for arn in paths)]


def _mentions(statement: Statement) -> Iterator[str]:
    for principal in (*(statement.principals or ()), *(statement.not_principals or ())):
        yield principal.value
    for condition in statement.conditions:
        if condition.key.lower() == "aws:principalarn":
            yield from condition.values


def _directories(text: str, role_name: str) -> Iterator[str]:
    """Give ``role/path`` as the text, an ARN or a pattern of ARNs, has it; wildcards filled in."""
    parts = text.split(":", 5)
    if len(parts) < 6 or not parts[5].startswith("role/"):
        return
    directory, _, name = parts[5].rpartition("/")
    if directory != "role" and (name == role_name or set(text) & set("*?")):
        yield re.sub(r"[*?]", "x", directory)
    if "*" in name:
        yield re.sub(r"[*?]", "x", parts[5])
