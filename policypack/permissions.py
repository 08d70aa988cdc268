"""Reading the Allow statements of a role's identity policies."""

from collections.abc import Iterator
from typing import Final

from pulumi_polytomic.iam import Arn, ArnError, Statement

from .model import Document, Role, is_unknown

FILE_EVENTS: Final = "csms-"
"""Prefix of the queues and topics of Databricks' file events."""
OPEN: Final = "has a part that is known only when it is deployed"
"""What to say of a statement that is not wholly known."""


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
    return any(is_of_s3(each) for each in statement.actions)


def may_reach_s3(statement: Statement) -> bool:
    """Whether it has actions of S3, or may once its actions are known."""
    return reaches_s3(statement) or any(is_unknown(each) for each in statement.actions or ())


def is_of_s3(action: str) -> bool:
    """Whether an action is of S3, or may be by its wildcards."""
    service = service_of(action)
    return service == "s3" or bool(set(service) & set("*?"))


def is_open(statement: Statement) -> bool:
    """Whether a part of a statement is not known yet."""
    values = (value for condition in statement.conditions for value in condition.values)
    lists = (
        statement.actions,
        statement.not_actions,
        statement.resources,
        statement.not_resources,
        values,
    )
    return any(is_unknown(each) for texts in lists for each in texts or ())


def is_for_file_events(statement: Statement) -> bool:
    """Whether it is about queues and topics of Databricks' file events, and buckets at most.

    Databricks' own statement has the bucket beside them, for its notifications.
    """
    try:
        arns = [Arn.parse(each) for each in statement.resources or ()]
    except ArnError:
        return False
    queues = [each for each in arns if each.service in ("sqs", "sns")]
    others = {each.service for each in arns if each not in queues}
    return (
        bool(queues)
        and others <= {"s3"}
        and all(each.resource.startswith(FILE_EVENTS) for each in queues)
    )
