"""One stack with an inline program on the real engine, and what each run of it did."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from pulumi import automation as auto
from pulumi.automation import events

from sandbox.client import Sandbox

Program = Callable[[], None]


@dataclass
class Run:
    """What the engine did in one run, from its event log."""

    text: str = ""
    """Everything that the CLI wrote."""
    failed: bool = False
    summary: dict[str, int] = field(default_factory=dict)
    """Number of resources by operation."""
    steps: list[tuple[str, str]] = field(default_factory=list)
    """(operation, resource name) in the order in which they began, unchanged resources left out."""
    registered: list[str] = field(default_factory=list)
    """Types of all resources that the engine looked at, with the chain of parents' types."""

    def changes(self, name: str) -> dict[str, list[str]]:
        """Operations on each child of the component ``name``, by the child's suffix."""
        found: dict[str, list[str]] = {}
        for operation, resource in self.steps:
            if resource.startswith(f"{name}-"):
                found.setdefault(resource.removeprefix(f"{name}-"), []).append(operation)
        return found

    def order(self, operation: str) -> list[str]:
        """Names of the resources with this operation, in the order in which it began."""
        return [name for kind, name in self.steps if kind == operation]


class _LeanStack(auto.Stack):
    """Does not ask the CLI twice more after each run for what the event log has told already."""

    def outputs(self) -> dict[str, auto.OutputValue]:
        return {}

    def info(self, show_secrets: bool = True) -> auto.UpdateSummary | None:
        now = datetime.now(timezone.utc)
        return auto.UpdateSummary("update", now, "", {}, {}, "succeeded")


class Deployment:
    """One stack in a backend of its own; ``program`` may change from run to run."""

    def __init__(
        self,
        sandbox: Sandbox,
        folder: Path,
        name: str = "test",
        project: str = "component",
        environment: Mapping[str, str] | None = None,
        config: Mapping[str, str] | None = None,
    ) -> None:
        self.sandbox = sandbox
        self.folder = folder / f"{project}-{name}"
        self.backend = self.folder / "backend"
        self.backend.mkdir(parents=True)
        workspace = auto.LocalWorkspace(
            work_dir=str(self.folder),
            project_settings=auto.ProjectSettings(name=project, runtime="python"),
            env_vars={
                **sandbox.environment(),
                "PULUMI_BACKEND_URL": f"file://{self.backend}",
                **(environment or {}),
            },
        )
        self.program: Program = lambda: None
        self.stack = _LeanStack.create(name, workspace)
        workspace.program = lambda: self.program()
        if config:
            values = {key: auto.ConfigValue(value) for key, value in config.items()}
            self.stack.set_all_config(values)
        self._state = self.backend / ".pulumi" / "stacks" / project / f"{name}.json"

    def up(self, program: Program | None = None, fails: bool = False, **options: Any) -> Run:
        self.program = program or self.program
        return self._run(self.stack.up, fails, options)

    def preview(self, program: Program | None = None, fails: bool = False, **options: Any) -> Run:
        self.program = program or self.program
        return self._run(self.stack.preview, fails, options)

    def refresh(self, fails: bool = False, **options: Any) -> Run:
        return self._run(self.stack.refresh, fails, options)

    def destroy(self, fails: bool = False, **options: Any) -> Run:
        return self._run(self.stack.destroy, fails, options)

    def outputs(self) -> dict[str, auto.OutputValue]:
        return dict(auto.Stack.outputs(self.stack))

    @property
    def state_text(self) -> str:
        """The stack's state file as it is on disk."""
        return self._state.read_text()

    def resources(self) -> dict[str, dict[str, Any]]:
        """Resources in the state by name: providers and the stack itself left out."""
        content = json.loads(self.state_text)["checkpoint"]["latest"].get("resources", [])
        return {
            resource["urn"].split("::")[-1]: resource
            for resource in content
            if not resource["type"].startswith("pulumi:")
        }

    def pending_operations(self) -> list[Any]:
        """Operations that the state says were begun and never finished."""
        latest = json.loads(self.state_text)["checkpoint"]["latest"]
        return list(latest.get("pending_operations") or [])

    def _run(self, command: Callable[..., Any], fails: bool, options: dict[str, Any]) -> Run:
        run = Run()
        with _collected(run) as on_event:
            try:
                result = command(on_event=on_event, **options)
                run.text = f"{result.stdout}\n{result.stderr}"
            except auto.CommandError as error:
                run.text, run.failed = str(error), True
        assert run.failed == fails, run.text
        return run


@contextmanager
def _collected(run: Run) -> Iterator[Callable[[events.EngineEvent], None]]:
    """A receiver of events; at the end it waits for the engine's last one."""
    done = threading.Event()

    def receive(event: events.EngineEvent) -> None:
        if before := event.resource_pre_event:
            name = before.metadata.urn.split("::")[-1]
            run.registered.append(before.metadata.urn.split("::")[-2])
            if before.metadata.op != auto.OpType.SAME:
                run.steps.append((before.metadata.op.value, name))
        if event.summary_event:
            changes = event.summary_event.resource_changes
            run.summary = {auto.OpType(kind).value: count for kind, count in changes.items()}
        if event.cancel_event:
            done.set()

    yield receive
    if not run.failed:
        # The last events are still under way when the CLI ends.
        assert done.wait(10), "the engine's event log did not end"
    else:
        done.wait(2)
