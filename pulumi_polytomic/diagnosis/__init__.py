"""Why a staging role does not work: what was found, where, and what to write instead.

The order is that of the troubleshooting section of Polytomic's guide, "IAM role authentication to
Databricks AWS staging buckets".
"""

from .model import Finding, Policy, Role, Subject
from .role_findings import diagnose, obstacles

__all__ = ["Finding", "Policy", "Role", "Subject", "diagnose", "obstacles"]
