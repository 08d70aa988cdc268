"""Judging a role's documents as AWS stores them: whether it works, and whether it is open."""

from .model import Finding, Role, Subject
from .openings import open_findings
from .permission_findings import permission_findings, self_permission_findings
from .role_documents import Documents, read_documents
from .trust_findings import self_assumption_findings, trusts_unity_catalog, vendor_findings


def diagnose(role: Role, subject: Subject) -> list[Finding]:
    """Gives what keeps the role from working, and then whom or what it is open to, worst first.

    Nothing: Databricks and Polytomic can use the role, nobody else gets in, and it may do no more
    than staging needs.

    Raises:
        ArnError: the role's ARN is malformed.
    """
    documents, found = read_documents(role)
    if documents is None:
        return found
    return [*found, *_obstacles(documents, subject), *open_findings(documents, subject)]


def obstacles(role: Role, subject: Subject) -> list[Finding]:
    """Gives only what keeps Databricks or Polytomic from using the role.

    In the order of the troubleshooting of Polytomic's guide.

    Raises:
        ArnError: the role's ARN is malformed.
    """
    documents, found = read_documents(role)
    return found if documents is None else [*found, *_obstacles(documents, subject)]


def _obstacles(documents: Documents, subject: Subject) -> list[Finding]:
    found = list(vendor_findings(documents, subject))
    if subject.databricks or trusts_unity_catalog(documents, subject):
        found += self_assumption_findings(documents, subject)
        if documents.is_complete:
            found += self_permission_findings(documents, subject)
    if documents.is_complete:
        found += permission_findings(documents, subject)
    return found
