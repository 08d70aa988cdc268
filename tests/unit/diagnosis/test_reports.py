"""Roles from public bug reports; the right answer stands in each file."""

import json
from pathlib import Path
from typing import Any

import pytest

from pulumi_polytomic.diagnosis import Policy, Role, Subject, diagnose

REPORTS = sorted((Path(__file__).parent / "reports").glob("*.json"))


@pytest.mark.parametrize("path", REPORTS, ids=[path.stem for path in REPORTS])
def test_a_report(path: Path) -> None:
    report = json.loads(path.read_text())
    given: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in report["subject"].items()
    }
    policies = tuple(Policy(name, each) for name, each in report["permissions"].items())
    role = Role("arn:aws:iam::123456789012:role/staging", report["trust"], policies)
    findings = diagnose(role, Subject(**given))
    assert [[each.code, each.where] for each in findings] == report["found"]
    assert all(each.certain for each in findings)
