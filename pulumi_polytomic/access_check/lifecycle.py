"""``StagingAccessCheck``: proves the access, and waits for AWS to spread it."""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from ..custom_resource import progress
from ..custom_resource.plugin_side import CustomResource, Found, Made, ProviderError, Values
from ..custom_resource.settings import KEYS_STAND_IN_A_PROVIDER, Settings
from ..custom_resource.time_limit import TimeLimit, UnansweredError
from ..diagnosis import Finding
from ..diagnosis.model import UnseenError
from ..errors import Fault
from . import resource
from .arguments import DEADLINE_S
from .proving import Proof, wait_for


class StagingAccessCheck(CustomResource):
    """A proof that is made once, and again when what it proves has changed."""

    program_side = resource.StagingAccessCheck
    retired: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("databricks", "aws"), KEYS_STAND_IN_A_PROVIDER
    )

    def obstacles(self, settings: Settings, inputs: Values) -> Sequence[Fault]:
        """Says who could not be asked, before what is to be proved is made."""
        if inputs["mode"] == "warn":
            return ()
        try:
            # The deadline begins when the proof does; this comes before it.
            limit = TimeLimit(min(30, max(3, (inputs["deadline"] or DEADLINE_S) / 2)))
            Proof(settings, inputs, limit, least=0).require_account()
        except (UnseenError, UnansweredError) as error:
            fix = "Or do without the proof: set checkAccess (check_access) to false."
            return [Fault("", f"the access could not be proved. {error}", fix)]
        return ()

    def create(self, settings: Settings, urn: str, inputs: Values) -> Made:
        """Proves the access; there is nothing to make."""
        return Made(urn.rsplit("::", 1)[-1], self._prove(settings, urn, inputs))

    def take_back(self, settings: Settings, urn: str, inputs: Values) -> None:
        """There is nothing to take back."""

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
        """Gives what asks for another proof; how long to wait for it is none.

        Neither is a trigger that is new: it has no value yet that it could differ from.
        """
        names = super().changed(state, inputs)
        names = [name for name in names if name not in ("deadline", "triggers")]
        before, now = state.get("triggers") or {}, inputs.get("triggers") or {}
        if any(now.get(key) != value for key, value in before.items()):
            names.append("triggers")
        return names if state.get("healthy", True) else [*names, "healthy"]

    def _prove(self, settings: Settings, urn: str, inputs: Values) -> Values:
        limit = TimeLimit(float(inputs["deadline"]))
        try:
            proof = Proof(settings, inputs, limit)
            # Before a vendor is asked.
            proof.require_account()
            findings = wait_for(proof.attempt, limit, _reporter(urn))
        except (UnseenError, UnansweredError) as error:
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
    lines = [f"{inputs['roleArn']} does not give access to {inputs['bucketName']} yet:"]
    lines += [f"  {number}. {each}" for number, each in enumerate(findings, 1)]
    lines.append("  IAM changes can take a minute to propagate: run pulumi up again.")
    return "\n".join(lines)
