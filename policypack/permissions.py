"""Reading the Allow statements of a role's identity policies."""

from collections.abc import Iterator
from typing import Final

from pulumi_polytomic.iam import Statement

from .model import Document, Role

FILE_EVENTS: Final = "csms-"
"""Prefix of the queues and topics of Databricks' file events."""


def allows(role: Role) -> Iterator[tuple[Document, Statement]]:
    """Give each Allow statement of each identity policy that could be read."""
    for document in role.policies:
        for statement in document.content.statements if document.content is not None else ():
            if statement.effect == "Allow":
                yield document, statement


def service_of(action: str) -> str:
    """Give an action's service in lower case; ``*`` where it is of every service."""
    return action.partition(":")[0].lower()


def reaches_s3(statement: Statement) -> bool:
    """Whether a statement has actions of S3 among others."""
    if statement.actions is None:
        return not {"*", "s3:*"} & {each.lower() for each in statement.not_actions or ()}
    return any(
        service_of(each) in ("s3", "*") or "*" in service_of(each) for each in statement.actions
    )


def is_for_file_events(statement: Statement) -> bool:
    """Whether all its resources are queues and topics of Databricks' file events."""
    names = [each.rpartition(":")[2] for each in statement.resources or ()]
    services = [each.split(":")[2] for each in statement.resources or () if each.count(":") >= 5]
    return (
        bool(names)
        and len(services) == len(names)
        and set(services) <= {"sqs", "sns"}
        and all(each.startswith(FILE_EVENTS) for each in names)
    )
