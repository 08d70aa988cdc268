"""Properties of the documents that the builders make, and of who is let in by them."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_polytomic.iam import (
    Decision,
    RequestContext,
    may_assume_role,
    parse_policy,
    permissions_policy,
    policy_size,
    role_arn,
    trust_policy,
)
from tests.unit.iam.support import (
    ANYTHING,
    ASSUME_ITSELF,
    RANK,
    ROLE,
    SERVICE_ROLE,
    UNITY,
    VENDOR_ROOT,
    callers,
    identity_policies,
)

ids = st.from_regex(r"[A-Za-z0-9+=,.@:/_-]{2,40}", fullmatch=True)
names = st.from_regex(r"[A-Za-z0-9+=,.@_-]{1,64}", fullmatch=True)
accounts = st.from_regex(r"[0-9]{12}", fullmatch=True)


def trust(
    form: Any, polytomic: str = VENDOR_ROOT, poly: str = "poly-7", dbx: str = "dbx-9"
) -> dict[str, Any]:
    return trust_policy(
        role_arn=ROLE,
        polytomic_principal=polytomic,
        polytomic_external_ids=[poly],
        unity_catalog_principal=UNITY,
        databricks_external_id=dbx,
        self_trust=form,
    )


@given(
    name=names,
    account=accounts,
    polytomic_ids=st.lists(ids, min_size=1, max_size=4, unique=True),
    databricks_id=ids,
    form=st.sampled_from(["condition", "principal"]),
)
def test_what_is_built_is_read_back(
    name: str, account: str, polytomic_ids: list[str], databricks_id: str, form: Any
) -> None:
    arn = role_arn(partition="aws", account_id=account, name=name)
    built = trust_policy(
        role_arn=arn,
        polytomic_principal=SERVICE_ROLE,
        polytomic_external_ids=polytomic_ids,
        unity_catalog_principal=UNITY,
        databricks_external_id=databricks_id,
        self_trust=form,
    )
    read = parse_policy(json.dumps(built, indent=2))

    assert read == parse_policy(built)
    assert policy_size(json.dumps(built, indent=2)) == policy_size(built)
    asked = {
        (principal.value, value)
        for statement in read.statements
        for principal in statement.principals or ()
        for condition in statement.conditions
        if condition.key == "sts:ExternalId"
        for value in condition.values
    }
    own = arn if form == "principal" else f"arn:aws:iam::{account}:root"
    expected = {(SERVICE_ROLE, each) for each in polytomic_ids}
    expected |= {(UNITY, databricks_id), (own, databricks_id)}
    if form == "principal":
        everyone, every_id = (SERVICE_ROLE, UNITY, arn), (*polytomic_ids, databricks_id)
        expected = {(principal, each) for principal in everyone for each in every_id}
    assert asked == expected


@given(name=names, kms=st.booleans(), prefix=st.sampled_from(["", "a", "a/b/"]))
def test_permissions_are_read_back(name: str, kms: bool, prefix: str) -> None:
    arn = role_arn(partition="aws", account_id="123456789012", name=name)
    key = "arn:aws:kms:us-east-1:123456789012:key/1234abcd"
    built = permissions_policy(
        role_arn=arn,
        bucket_name="lake",
        bucket_prefix=prefix,
        kms_key_arn=key if kms else None,
    )
    read = parse_policy(json.dumps(built))

    assert read == parse_policy(built)
    resources = {each for statement in read.statements for each in statement.resources or ()}
    below = "arn:aws:s3:::lake/" + {"": "", "a": "a/", "a/b/": "a/b/"}[prefix] + "*"
    assert resources == {arn, "arn:aws:s3:::lake", below} | ({key} if kms else set())


@given(
    caller=callers,
    form=st.sampled_from(["condition", "principal"]),
    polytomic=st.sampled_from([VENDOR_ROOT, SERVICE_ROLE]),
    identity=identity_policies,
    complete=st.booleans(),
)
def test_nobody_is_allowed_without_an_external_id(
    caller: str, form: Any, polytomic: str, identity: Any, complete: bool
) -> None:
    verdict = may_assume_role(
        caller_arn=caller,
        role_arn=ROLE,
        trust_policy=parse_policy(trust(form, polytomic)),
        caller_policies=identity,
        context=RequestContext({}, complete=complete),
    )

    assert verdict.decision is Decision.DENIED


@given(caller=callers, wrong=ids, form=st.sampled_from(["condition", "principal"]))
def test_nobody_is_allowed_with_an_id_that_is_neither(caller: str, wrong: str, form: Any) -> None:
    verdict = may_assume_role(
        caller_arn=caller,
        role_arn=ROLE,
        trust_policy=parse_policy(trust(form)),
        external_id=f"{wrong}!",
        caller_policies=[ANYTHING],
    )

    assert verdict.decision is Decision.DENIED


@settings(max_examples=200)
@given(
    caller=callers,
    external_id=st.sampled_from(["poly-7", "dbx-9", "other", None]),
    polytomic=st.sampled_from([VENDOR_ROOT, SERVICE_ROLE]),
    known=st.booleans(),
)
def test_both_forms_decide_alike_but_for_the_ids_that_the_guide_shares(
    caller: str, external_id: str | None, polytomic: str, known: bool
) -> None:
    """The role as caller holds the built permissions, as it must: they let it assume itself."""
    own = caller == ROLE or caller.endswith("assumed-role/staging/session")
    identity = [ASSUME_ITSELF if own else ANYTHING] if known else None

    def judge(form: Any) -> Decision:
        return may_assume_role(
            caller_arn=caller,
            role_arn=ROLE,
            trust_policy=parse_policy(trust(form, polytomic)),
            external_id=external_id,
            caller_policies=identity,
        ).decision

    from_polytomic = ":568237466542:" in caller
    shared = (from_polytomic and external_id == "dbx-9") or (
        (caller == UNITY or own) and external_id == "poly-7"
    )
    if not shared:
        assert judge("condition") is judge("principal")
    else:
        assert judge("condition") is Decision.DENIED
        assert RANK[judge("principal")] >= RANK[judge("condition")]
