"""``StagingAccessCheck``: proves the access, and waits for AWS to spread it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final

from .. import iam
from ..custom_resource import progress
from ..custom_resource.plugin_side import CustomResource, Found, Made, ProviderError, Values
from ..custom_resource.settings import KEYS_STAND_IN_A_PROVIDER, Settings
from ..custom_resource.wire import UNKNOWN
from ..diagnosis import Finding
from ..diagnosis.model import UnseenError
from ..errors import Fault
from ..principals import POLYTOMIC_PRINCIPALS
from .proving import prepared, vendors, wait_for

MODES: Final = ("fail", "warn")
DEADLINE_S: Final = 300

_STRING: Final = {"type": "string"}
_INPUTS: Final[Mapping[str, Any]] = {
    "roleArn": {**_STRING, "description": "ARN of the IAM role."},
    "bucketName": {**_STRING, "description": "Name of the staging bucket."},
    "bucketPrefix": {
        **_STRING,
        "description": "Folder of the bucket that is used. Default: the whole bucket.",
    },
    "kmsKeyArn": {**_STRING, "description": "KMS key that encrypts the bucket. Default: none."},
    "polytomicPrincipal": {
        **_STRING,
        "description": "Who Polytomic is to AWS: `account` (the default), `service-role`, or an "
        "ARN of your own installation.",
    },
    "storageCredentialName": {
        **_STRING,
        "description": "Storage credential that Databricks is asked to validate. Default: none.",
    },
    "connectionId": {
        **_STRING,
        "description": "Polytomic connection that Polytomic is asked to test. Default: none.",
    },
    "polytomicExternalIds": {
        "type": "array",
        "items": _STRING,
        "secret": True,
        "description": "External IDs that the trust policy must let Polytomic in with. Default: "
        "the connection's.",
    },
    "mode": {
        **_STRING,
        "description": "What comes of an access that does not work: `fail` (the default) fails the "
        "update, `warn` only says so.",
    },
    "deadline": {
        "type": "number",
        "description": "Longest wait for the access to work, in seconds. Default: 300.",
    },
    "triggers": {
        "type": "object",
        "additionalProperties": _STRING,
        "description": "Whatever, when it changes, makes the check run again; digests of the two "
        "policies, for example.",
    },
}
_OUTPUTS: Final = {
    "healthy": {
        "type": "boolean",
        "description": "Whether the access worked; false only where `mode` is `warn`.",
    }
}


class StagingAccessCheck(CustomResource):
    """A proof that is made once, and again when what it proves has changed."""

    token: ClassVar[str] = "polytomic-databricks:index:StagingAccessCheck"
    schema: ClassVar[Mapping[str, Any]] = {
        "description": "Proves that Databricks and Polytomic can use a staging role, and waits for "
        "AWS to spread it.\n\nDatabricks validates the storage credential, Polytomic tests the "
        "connection (both write a file and delete it), and where AWS credentials allow it the "
        "role's documents are judged as AWS stores them. What is wrong is said with statement and "
        "remedy. It runs again when an argument other than `deadline` changes.",
        "inputProperties": _INPUTS,
        "requiredInputs": ["bucketName", "roleArn"],
        "properties": {**_INPUTS, **_OUTPUTS},
        "required": ["bucketName", "healthy", "roleArn"],
    }
    outputs = tuple(_OUTPUTS)
    secrets = ("polytomicExternalIds",)
    retired: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("databricks", "aws"), KEYS_STAND_IN_A_PROVIDER
    )

    def faults(self, name: str, inputs: Values) -> Sequence[Fault]:
        """Fills in mode and deadline, and says what is wrong."""
        inputs.setdefault("mode", MODES[0])
        inputs.setdefault("deadline", DEADLINE_S)
        known = {key: value for key, value in inputs.items() if value is not UNKNOWN}
        return list(_faults(inputs, known))

    def obstacles(self, settings: Settings, inputs: Values) -> Sequence[Fault]:
        """Says who could not be asked, before what is to be proved is made."""
        if inputs["mode"] == "warn":
            return ()
        try:
            vendors(settings, inputs)
        except UnseenError as error:
            fix = "Or do without the proof: set checkAccess (check_access) to false."
            return [Fault("", f"the access could not be proved. {error}", fix)]
        return ()

    def create(self, settings: Settings, urn: str, inputs: Values) -> Made:
        """Proves the access; there is nothing to make."""
        return Made(urn.rsplit("::", 1)[-1], self._prove(settings, urn, inputs))

    def read(
        self, settings: Settings, resource_id: str, inputs: Values, state: Values
    ) -> Found | None:
        """Gives what it was; a refresh proves nothing."""
        return Found(inputs, state) if state else None

    def update(
        self, settings: Settings, urn: str, resource_id: str, state: Values, inputs: Values
    ) -> Values:
        """Proves the access again."""
        return self._prove(settings, urn, inputs)

    def delete(self, settings: Settings, resource_id: str, state: Values) -> None:
        """There is nothing to delete."""

    def changed(self, state: Values, inputs: Values) -> list[str]:
        """Gives what asks for another proof; how long to wait for it is none."""
        names = [name for name in super().changed(state, inputs) if name != "deadline"]
        return names if state.get("healthy", True) else [*names, "healthy"]

    def _prove(self, settings: Settings, urn: str, inputs: Values) -> Values:
        try:
            findings = wait_for(
                prepared(settings, inputs), float(inputs["deadline"]), _reporter(urn)
            )
        except UnseenError as error:
            text = f"the access could not be proved. {error}"
        else:
            if not findings:
                return {**inputs, "healthy": True}
            text = _explained(inputs, findings)
        if inputs["mode"] == "fail":
            raise ProviderError(text)
        progress.report(urn, text, warning=True)
        return {**inputs, "healthy": False}


def _reporter(urn: str) -> Callable[[str], None]:
    return lambda text: progress.report(urn, text)


def _explained(inputs: Values, findings: list[Finding]) -> str:
    lines = [f"{inputs['roleArn']} does not give the access to {inputs['bucketName']} yet:"]
    lines += [f"  {number}. {each}" for number, each in enumerate(findings, 1)]
    lines.append("  AWS may need a minute to spread a change: run pulumi up again.")
    return "\n".join(lines)


def _faults(inputs: Values, known: Values) -> Sequence[Fault]:
    found: list[Fault] = []
    rules: dict[str, tuple[Callable[[Any], str | None], str]] = {
        "roleArn": (iam.role_arn_fault, "Give the ARN of the role."),
        "bucketName": (iam.bucket_name_fault, "Give the staging bucket's own name."),
        "kmsKeyArn": (iam.kms_key_arn_fault, "Give the ARN of the key."),
        "mode": (
            lambda value: None if value in MODES else f"'{value}' is not one of fail, warn",
            "Use one of these words.",
        ),
        "deadline": (
            lambda value: None if _is_duration(value) else "is not a number of seconds from 1 on",
            "Give seconds, for example 300.",
        ),
        "polytomicPrincipal": (
            lambda value: None if value in POLYTOMIC_PRINCIPALS else iam.principal_arn_fault(value),
            "Use 'account', 'service-role', or an ARN.",
        ),
    }
    for name in ("roleArn", "bucketName"):
        if name not in inputs:
            found.append(Fault(name, "is missing", rules[name][1]))
    for name, (fault, fix) in rules.items():
        problem = fault(known[name]) if name in known else None
        if problem is not None:
            found.append(Fault(name, problem, fix))
    return found


def _is_duration(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 1
