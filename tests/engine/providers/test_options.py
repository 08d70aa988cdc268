import json

import pytest

from sandbox.client import Sandbox
from sandbox.identities import ADMINISTRATOR
from tests.engine.providers.conftest import NewStack
from tests.engine.providers.support import EngineError

pytestmark = pytest.mark.engine

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
            "Action": "sts:AssumeRole",
        }
    ],
}
HEAD = f"import pulumi, pulumi_aws as aws\nTRUST = {json.dumps(json.dumps(TRUST))}\n"
IMPORTING = f"""{HEAD}
aws.iam.Role("role", name="old", path="/x/", description="made by hand", assume_role_policy=TRUST,
             opts=pulumi.ResourceOptions(import_="old"))
"""
SECRET = f"""{HEAD}
secret = pulumi.Output.secret("hush-hush")
provider = aws.Provider("mine", region="us-west-2", access_key="{ADMINISTRATOR.access_key_id}",
                        secret_key=pulumi.Output.secret("{ADMINISTRATOR.secret_access_key}"),
                        default_tags={{"tags": {{"team": "data"}}}})
role = aws.iam.Role("role", assume_role_policy=TRUST, description=secret,
                    opts=pulumi.ResourceOptions(provider=provider))
pulumi.export("description", role.description)
pulumi.export("tags", role.tags_all)
pulumi.export("region", aws.get_region_output(opts=pulumi.InvokeOptions(provider=provider)).region)
"""
WRONG = f"""{HEAD}
aws.iam.Role("role", name="has space", assume_role_policy=TRUST, max_session_duration=1)
"""
UNKNOWN_TYPE = 'import pulumi_aws as aws\naws.iam.User("user")\n'
MANY = f"""{HEAD}
for number in range(100):
    role = aws.iam.Role(f"role-{{number}}", name=f"role-{{number}}", assume_role_policy=TRUST)
"""


def test_an_existing_role_is_imported(new_stack: NewStack, sandbox: Sandbox) -> None:
    made = sandbox.aws_client("iam").create_role(
        RoleName="old",
        Path="/x/",
        Description="made by hand",
        AssumeRolePolicyDocument=json.dumps(TRUST),
    )
    stack = new_stack(IMPORTING)
    assert stack.up() == {"imported": 1, "created": 1}
    assert stack.up("--expect-no-changes") == {"unchanged": 2}
    assert stack.resource("aws:iam/role:Role")["outputs"]["uniqueId"] == made["Role"]["RoleId"]


def test_an_import_that_does_not_fit_is_changed_afterwards(
    new_stack: NewStack, sandbox: Sandbox
) -> None:
    sandbox.aws_client("iam").create_role(
        RoleName="old", AssumeRolePolicyDocument=json.dumps(TRUST), Path="/x/"
    )
    assert new_stack(IMPORTING).up() == {"created": 1, "imported": 1, "updated": 1}
    role = sandbox.aws_client("iam").get_role(RoleName="old")["Role"]
    assert role["Description"] == "made by hand"


def test_explicit_provider_secrets_and_tags(new_stack: NewStack, sandbox: Sandbox) -> None:
    stack = new_stack(SECRET)
    stack.config(**{"pulumi:disable-default-providers": '["*"]'})
    assert stack.up() == {"created": 3}
    outputs = stack.outputs()
    assert outputs["description"] == "[secret]"
    assert (outputs["region"], outputs["tags"]) == ("us-west-2", {"team": "data"})
    state = stack.run("stack", "export")
    assert "hush-hush" not in state
    assert ADMINISTRATOR.secret_access_key not in state
    assert stack.up("--expect-no-changes") == {"unchanged": 3}


def test_what_is_wrong_is_told_in_the_preview(new_stack: NewStack) -> None:
    with pytest.raises(EngineError) as caught:
        new_stack(WRONG).preview()
    output = str(caught.value)
    assert "'name' has a character that is not allowed" in output
    assert "'maxSessionDuration' must be in the range 3600 to 43200" in output
    assert "Traceback" not in output


def test_a_type_that_is_not_here_is_told(new_stack: NewStack) -> None:
    with pytest.raises(EngineError, match="no resource type 'aws:iam/user:User'"):
        new_stack(UNKNOWN_TYPE).preview()


def test_a_hundred_roles(new_stack: NewStack, sandbox: Sandbox) -> None:
    assert new_stack(MANY).up() == {"created": 101}
    assert len(sandbox.aws_client("iam").list_roles(MaxItems=1000)["Roles"]) == 100
