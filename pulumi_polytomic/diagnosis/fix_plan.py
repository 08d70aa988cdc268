"""The two documents of a role as they should be."""

import json
from typing import Any, Final

from .. import iam
from ..principals import DATABRICKS_ENVIRONMENTS, POLYTOMIC_PRINCIPALS
from .proof_of_access import Access, Sides

_STAND_INS: Final = {
    "POLYTOMIC-EXTERNAL-ID": "11f4a2c8-3b5d-4e6f-8a90-b1c2d3e4f506",
    "DATABRICKS-EXTERNAL-ID": "22f4a2c8-3b5d-4e6f-8a90-b1c2d3e4f507",
}


def fix_plan(access: Access, sides: Sides, *, show_external_ids: bool) -> dict[str, Any]:
    """Gives ``trust_policy`` and ``permissions_policy``.

    External IDs are written in only where that was asked for, and where they are known; else
    ``<POLYTOMIC-EXTERNAL-ID>`` and ``<DATABRICKS-EXTERNAL-ID>`` stand in their place.
    """
    principal = access.polytomic_principal
    partition = iam.Arn.parse(access.role_arn).partition
    table = [
        e.unity_catalog_principal
        for e in DATABRICKS_ENVIRONMENTS.values()
        if e.partition == partition
    ]
    credential, connection = sides.credential, sides.connection
    ids = {
        "POLYTOMIC-EXTERNAL-ID": (connection and connection.external_id) or None,
        "DATABRICKS-EXTERNAL-ID": (credential and credential.external_id) or None,
    }
    trust = iam.trust_policy(
        role_arn=access.role_arn,
        polytomic_principal=POLYTOMIC_PRINCIPALS.get(principal, principal),
        polytomic_external_ids=[_STAND_INS["POLYTOMIC-EXTERNAL-ID"]],
        unity_catalog_principal=credential and (credential.principal or table[0]),
        databricks_external_id=credential and _STAND_INS["DATABRICKS-EXTERNAL-ID"],
    )
    text = json.dumps(trust)
    for name, stand_in in _STAND_INS.items():
        text = text.replace(stand_in, (show_external_ids and ids[name]) or f"<{name}>")
    permissions = iam.permissions_policy(
        role_arn=access.role_arn if credential is not None else None,
        bucket_name=access.bucket_name,
        bucket_prefix=access.bucket_prefix,
        partition=partition,
        kms_key_arn=access.kms_key_arn,
    )
    return {"trust_policy": json.loads(text), "permissions_policy": permissions}
