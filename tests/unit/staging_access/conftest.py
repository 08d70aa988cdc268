"""A stand-in for the engine that records every resource and call, and answers as clouds do."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pytest
from pulumi.runtime.stack import run_pulumi_func

ACCOUNT = "123456789012"
DATABRICKS_ID = "7a1b2c3d-0f1e-4d5c-9b8a-778899aabbcc"
POLYTOMIC_ID = "8c2f4a1e-6b7d-4e0f-a1b2-c3d4e5f60718"
UNITY_CATALOG = "arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL"
TYPES = {
    "role": "aws:iam/role:Role",
    "policy": "aws:iam/rolePolicy:RolePolicy",
    "credential": "databricks:index/storageCredential:StorageCredential",
    "check": "polytomic-databricks:index:StagingAccessCheck",
    "trust": "polytomic-databricks:index:RoleTrustPolicy",
    "component": "polytomic-databricks:index:DatabricksStagingAccess",
}


@dataclass
class Recorder(pulumi.runtime.Mocks):
    """Records registrations and invokes; ``answers`` overrides what a call or resource returns."""

    resources: dict[str, pulumi.runtime.MockResourceArgs] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    caller_arn: str = f"arn:aws:iam::{ACCOUNT}:user/someone"
    iam_role: Mapping[str, Any] = field(
        default_factory=lambda: {"externalId": DATABRICKS_ID, "unityCatalogIamArn": UNITY_CATALOG}
    )
    role_account: str = ACCOUNT

    def new_resource(
        self, args: pulumi.runtime.MockResourceArgs
    ) -> tuple[str | None, dict[Any, Any]]:
        self.resources[args.name] = args
        outputs = dict(args.inputs)
        if args.typ == TYPES["role"]:
            path = outputs.get("path", "/")
            partition = self.caller_arn.split(":")[1]
            outputs["arn"] = f"arn:{partition}:iam::{self.role_account}:role{path}{outputs['name']}"
        if args.typ == TYPES["trust"]:
            outputs["trustPolicy"] = outputs["policy"]
        if args.typ == TYPES["credential"]:
            outputs["awsIamRole"] = {**outputs["awsIamRole"], **self.iam_role}
        return f"{args.name}-id", outputs

    def call(
        self, args: pulumi.runtime.MockCallArgs
    ) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        self.calls.append(args.token)
        if args.token == "aws:index/getCallerIdentity:getCallerIdentity":
            return {"arn": self.caller_arn, "accountId": ACCOUNT, "userId": "U", "id": "i"}, []
        if args.token == "databricks:index/getStorageCredential:getStorageCredential":
            info = {"awsIamRole": dict(self.iam_role), "name": args.args["name"]}
            return {"name": args.args["name"], "id": "c", "storageCredentialInfo": info}, []
        raise AssertionError(f"unexpected call {args.token}")

    def inputs(self, kind: str, name: str = "staging") -> dict[str, Any]:
        """Inputs of the component's only resource of a kind."""
        suffix = {"component": ""}.get(kind, f"-{kind}")
        resource = self.resources[name + suffix]
        assert resource.typ == TYPES[kind]
        return dict(resource.inputs)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


Program = Callable[[], Any]


@pytest.fixture
def deploy(recorder: Recorder) -> Callable[..., Any]:
    """Runs a program under the recorder and gives back the resolved value that it returns."""

    def run(program: Program, preview: bool = False) -> Any:
        # A deployment that fails leaves Outputs that a later one still waits for, unless reset.
        pulumi.runtime.reset_options()
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        pulumi.runtime.set_mocks(recorder, project="project", stack="stack", preview=preview)
        result: list[Any] = []

        async def main() -> None:
            output = pulumi.Output.from_input(program())
            result.append(await output.future(with_unknowns=True))

        try:
            loop.run_until_complete(run_pulumi_func(main))
        finally:
            loop.close()
        return result[0]

    return run
