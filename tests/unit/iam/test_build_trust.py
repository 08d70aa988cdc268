"""The trust policies that the builder makes, against the guide's, written out by hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from pulumi_polytomic.iam import (
    policy_size,
    trust_policy,
)
from tests.unit.iam.support import ROLE, SERVICE_ROLE, UNITY, VENDOR_ROOT


def build(**changes: Any) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "role_arn": ROLE,
        "polytomic_principal": VENDOR_ROOT,
        "polytomic_external_ids": ["poly-7"],
        "unity_catalog_principal": UNITY,
        "databricks_external_id": "dbx-9",
    }
    return trust_policy(**(arguments | changes))


def test_the_condition_form_gives_each_principal_its_own_statement() -> None:
    assert build() == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "PolytomicAssumeRole",
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::568237466542:root"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": "poly-7"}},
            },
            {
                "Sid": "UnityCatalogAssumeRole",
                "Effect": "Allow",
                "Principal": {
                    "AWS": "arn:aws:iam::414351767826:role/"
                    "unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL"
                },
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": "dbx-9"}},
            },
            {
                "Sid": "ExplicitSelfRoleAssumption",
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "StringEquals": {"sts:ExternalId": "dbx-9"},
                    "ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/staging"},
                },
            },
        ],
    }


@pytest.mark.parametrize("polytomic", [VENDOR_ROOT, SERVICE_ROLE])
def test_the_principal_form_is_the_guides_one_statement(polytomic: str) -> None:
    built = build(polytomic_principal=polytomic, self_trust="principal")

    assert built == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {
                    "AWS": [
                        polytomic,
                        "arn:aws:iam::414351767826:role/"
                        "unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL",
                        "arn:aws:iam::123456789012:role/staging",
                    ]
                },
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": ["poly-7", "dbx-9"]}},
            }
        ],
    }
    assert list(built["Statement"][0]) == ["Effect", "Principal", "Action", "Condition"]


@pytest.mark.parametrize("self_trust", ["condition", "principal"])
def test_without_databricks_only_polytomic_is_trusted(self_trust: str) -> None:
    built = build(unity_catalog_principal=None, databricks_external_id=None, self_trust=self_trust)

    assert built == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "PolytomicAssumeRole",
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::568237466542:root"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": "poly-7"}},
            }
        ],
    }


def test_several_external_ids_stand_as_a_list_each_once() -> None:
    built = build(polytomic_external_ids=("poly-7", "poly-8", "poly-7"))

    condition = built["Statement"][0]["Condition"]
    assert condition == {"StringEquals": {"sts:ExternalId": ["poly-7", "poly-8"]}}


def test_the_roles_own_account_is_of_its_partition() -> None:
    built = build(role_arn="arn:aws-us-gov:iam::123456789012:role/staging")

    assert built["Statement"][2]["Principal"] == {"AWS": "arn:aws-us-gov:iam::123456789012:root"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"polytomic_external_ids": []},
        {"polytomic_external_ids": "poly-7"},
        {"polytomic_external_ids": None},
        {"polytomic_external_ids": [None]},
        {"polytomic_external_ids": [""]},
        {"polytomic_external_ids": ["poly-7", " "]},
        {"polytomic_external_ids": ["${aws:username}"]},
        {"databricks_external_id": None},
        {"databricks_external_id": ""},
        {"unity_catalog_principal": None},
        {"unity_catalog_principal": "*"},
        {"unity_catalog_principal": ""},
        {"polytomic_principal": "*"},
        {"polytomic_principal": "568237466542"},
        {"role_arn": "arn:aws:iam::123456789012:role/*"},
        {"role_arn": "staging"},
        {"self_trust": "none"},
    ],
)
def test_a_trust_policy_with_a_hole_is_never_built(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        build(**wrong)


def test_an_error_never_holds_an_external_id() -> None:
    with pytest.raises(ValueError, match="polytomic_external_ids") as caught:
        build(polytomic_external_ids=["s3cr3t-${x}"])

    assert "s3cr3t" not in str(caught.value)


def test_what_is_built_fits_the_quotas_and_is_json() -> None:
    trust = build(polytomic_principal=SERVICE_ROLE)

    assert json.loads(json.dumps(trust)) == trust
    # Counted by hand on the compact text: the guide's form with these names.
    assert policy_size(build(self_trust="principal")) == len(
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":['
        '"arn:aws:iam::568237466542:root",'
        '"arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL",'
        '"arn:aws:iam::123456789012:role/staging"]},"Action":"sts:AssumeRole",'
        '"Condition":{"StringEquals":{"sts:ExternalId":["poly-7","dbx-9"]}}}]}'
    )
    assert policy_size(trust) < 2048


def test_the_package_knows_nothing_but_the_standard_library() -> None:
    import pulumi_polytomic.iam

    folder = Path(pulumi_polytomic.iam.__file__).parent
    sources = "".join(path.read_text() for path in folder.glob("*.py"))
    assert "import pulumi\n" not in sources
    assert "from pulumi " not in sources
    assert "pulumi_aws" not in sources
