"""What to do about a role or a credential that an earlier run made and could not tell of.

A run that breaks off between the call that makes a resource and the engine's note of it leaves the
resource behind, in no state. The next run is told that it exists, and not how to take it over.
"""

import weakref
from typing import Any, Final

import pulumi

from ..custom_resource.lent_provider import CONSTRUCTION, Construction

_HOOK: Final = "polytomic-databricks-exists"
_EXISTS: Final = ("EntityAlreadyExists", "already exists")
"""In what AWS and Databricks say of a name that is taken."""

# Per connection to an engine: a program has one, and each component for another language its own.
_hooks: weakref.WeakKeyDictionary[Any, pulumi.ErrorHook] = weakref.WeakKeyDictionary()
_taken: weakref.WeakKeyDictionary[Construction, set[str]] = weakref.WeakKeyDictionary()
"""Names of hooks, each once in a run, where several components come through a component host."""


def told_if_it_exists(
    component: pulumi.ComponentResource, opts: pulumi.ResourceOptions
) -> pulumi.ResourceOptions:
    """Gives ``opts`` with a hook that names the command which imports what exists already."""
    monitor = pulumi.runtime.settings.get_monitor()
    if monitor not in _hooks:
        _hooks[monitor] = pulumi.ErrorHook(_hook_name(component), _tell)
    hooks = pulumi.ResourceHookBinding(on_error=[_hooks[monitor]])
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(hooks=hooks))


def _hook_name(component: pulumi.ComponentResource) -> str:
    run = CONSTRUCTION.get()
    if run is None:
        return _HOOK
    taken = _taken.setdefault(run, set())
    name = f"{_HOOK}-{component.pulumi_resource_name}"
    while name in taken:
        name += "-again"
    taken.add(name)
    return name


def _tell(args: pulumi.ErrorHookArgs) -> bool:
    """Says how to take over what exists; never asks for another attempt."""
    if args.failed_operation == "create" and any(word in args.errors[0] for word in _EXISTS):
        taken = (args.new_inputs or {}).get("name")
        # A child of the component, named after it.
        parent = args.name.rpartition("-")[0]
        stack, project, types, _ = args.urn.removeprefix("urn:pulumi:").split("::", 3)
        urn = f"urn:pulumi:{stack}::{project}::{types.rpartition('$')[0]}::{parent}"
        pulumi.log.error(
            f"'{taken}' exists already. If an earlier run of this stack made it and broke off, "
            "take it over and run pulumi up again:\n"
            f"  pulumi import {args.type} {args.name} {taken} --parent '{parent}={urn}'\n"
            "If it is somebody else's, choose another name."
        )
    return False
