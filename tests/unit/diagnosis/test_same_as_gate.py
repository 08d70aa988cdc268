"""The doctor and the gate say the same of the same documents: the gate's own fixtures, judged."""

import json
from pathlib import Path
from typing import Any

import pytest

from pulumi_polytomic.diagnosis import Policy, Role, Subject, diagnose
from tests.unit.diagnosis.documents_by_hand import ARN, UNITY_CATALOG

POLICY_TESTS = Path(__file__).parents[2] / "policy"
DOCUMENTS_ALONE = {"shows", "trust", "permissions", "credential", "by"}


def _fixtures(verdict: str) -> list[Any]:
    """Those that are about one role's documents, and known when they are registered."""
    return [
        pytest.param(fixture, id=path.stem)
        for path in sorted((POLICY_TESTS / "fixtures" / "gate" / verdict).glob("*.json"))
        # Of other roles the gate says nothing; the doctor is told which one is for staging.
        if not path.stem.startswith("not-ours")
        and set(fixture := json.loads(path.read_text())) <= DOCUMENTS_ALONE
        and fixture.get("credential") is None
        and "<unknown>" not in path.read_text()
    ]


def _wrong(fixture: dict[str, Any]) -> list[str]:
    has_credential = "credential" not in fixture
    good_trust = json.loads((POLICY_TESTS / "good_trust.json").read_text())
    good_permissions = json.loads((POLICY_TESTS / "good_permissions.json").read_text())
    documents = fixture.get("permissions", {"access": good_permissions})
    policies = tuple(Policy(name, each) for name, each in documents.items())
    role = Role(ARN, fixture.get("trust", good_trust), policies, unique_id="AROAEXAMPLEROLEID1234")
    subject = Subject(
        databricks=has_credential,
        databricks_external_id="1f2e3d4c-5b6a-4978-8877-665544332211" if has_credential else None,
        unity_catalog_principal=UNITY_CATALOG if has_credential else None,
    )
    return [str(each) for each in diagnose(role, subject) if each.certain]


@pytest.mark.parametrize("fixture", _fixtures("pass"))
def test_what_the_gate_passes_is_healthy(fixture: dict[str, Any]) -> None:
    assert _wrong(fixture) == []


@pytest.mark.parametrize("fixture", _fixtures("refuse"))
def test_what_the_gate_refuses_is_not_healthy(fixture: dict[str, Any]) -> None:
    assert _wrong(fixture) != []
