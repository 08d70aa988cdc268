"""The provider of this package that is made of a component's other providers, once per run.

Keys that are lent to our resources stand in it and nowhere else, so that a key which was rotated
serves from the next run on.
"""

import weakref
from collections.abc import Collection, Mapping
from contextvars import ContextVar
from typing import Any, Final, NamedTuple, cast

import pulumi

from ..errors import DeploymentError
from ..naming import PACKAGE, snake_case
from .lending import CONFIGURATION, Lent, configures, lent_by_aws, lent_by_databricks, with_lent
from .provider_arguments import SETTINGS, ProviderArgs
from .provider_resource import Provider

NAME: Final = "polytomic-databricks-access"
"""Name of the provider, before those of the providers that it is made of."""
_PACKAGES: Final = ("aws", "databricks", PACKAGE)


class LentProvider(NamedTuple):
    """A provider of ours that reaches what a component's providers reach."""

    provider: Provider
    gate: pulumi.Output[None]
    """Resolves when its settings are known to serve; fails where they cannot be had."""


class Construction:
    """One run of the engine as a component's host sees it; each component has a monitor there."""


CONSTRUCTION: Final[ContextVar[Construction | None]] = ContextVar("construction", default=None)
"""Set where components are made for a program in another language."""
REFERENCES: Final[weakref.WeakKeyDictionary[pulumi.ProviderResource, str]] = (
    weakref.WeakKeyDictionary()
)
"""``URN::ID`` of providers that are known by it alone."""
_made: weakref.WeakKeyDictionary[Any, dict[Any, LentProvider | None]] = weakref.WeakKeyDictionary()


def lent_provider(component: pulumi.ComponentResource) -> LentProvider | None:
    """Gives the provider for the resources of ours in ``component``.

    None where there is nothing to lend: neither an explicit AWS or Databricks provider nor a key of
    theirs in the stack's configuration. Then the component's own provider of this package serves.
    """
    providers = {each: component.get_provider(f"{each}:index:any") for each in _PACKAGES}
    made = _made.setdefault(CONSTRUCTION.get() or pulumi.runtime.settings.get_monitor(), {})
    key = tuple(each and REFERENCES.get(each, each) for each in providers.values())
    if key not in made:
        explicit = {name: each for name, each in providers.items() if each is not None}
        configured = {name: _configuration(name) for name in _PACKAGES if name not in explicit}
        lends = any(name in explicit or configured[name] for name in ("aws", "databricks"))
        taken = {each.provider.pulumi_resource_name for each in made.values() if each}
        made[key] = _make(explicit, configured, taken) if lends else None
    return made[key]


def _make(
    explicit: Mapping[str, pulumi.ProviderResource],
    configured: Mapping[str, Mapping[str, str]],
    taken: Collection[str],
) -> LentProvider:
    found = pulumi.Output.all(
        **{name: _state(provider) for name, provider in explicit.items()},
        **{name: _as_secret_as_it_is(name, values) for name, values in configured.items()},
    )
    settings = found.apply(_merged)
    arguments = {snake_case(name): _setting(settings, name) for name in SETTINGS}
    name = "-".join([NAME, *(_name(each) for each in explicit.values())])
    while name in taken:
        name += "-again"
    # Made of an awaitable, which carries neither the secretness nor the unknowns of the settings.
    gate: pulumi.Output[None] = pulumi.Output.from_input(_refuse_unusable(found, explicit))
    return LentProvider(Provider(name, cast(ProviderArgs, arguments)), gate)


def _state(provider: pulumi.ProviderResource) -> pulumi.Output[Any]:
    """Gives what a provider is configured with; a reference to one has nothing but its URN."""

    async def read() -> Any:
        # Of a plain URN: what depends on a provider is not asked for in the preview that makes it.
        found = pulumi.runtime.invoke_output(
            "pulumi:pulumi:getResource", {"urn": await provider.urn.future()}
        )
        # The provider's ID is unknown in that preview, its settings are not.
        resource: Any = await found.future(with_unknowns=True)
        return resource["state"], await found.is_secret()

    state: pulumi.Output[Any] = pulumi.Output.from_input(read())
    return state.apply(lambda each: pulumi.Output.secret(each[0]) if each[1] else each[0])


def _configuration(package: str) -> dict[str, str]:
    """Gives the keys of the stack's configuration that a default provider has of ``package``."""
    values = {
        key: pulumi.runtime.config.get_config(f"{package}:{key}")
        for key in CONFIGURATION.get(package, SETTINGS)
    }
    return {key: value for key, value in values.items() if value is not None}


def _as_secret_as_it_is(package: str, values: Mapping[str, str]) -> pulumi.Input[Any]:
    secret = any(pulumi.runtime.config.is_config_secret(f"{package}:{key}") for key in values)
    return pulumi.Output.secret(values) if secret else values


def _setting(settings: pulumi.Output[dict[str, str]], name: str) -> pulumi.Output[str | None]:
    return settings.apply(lambda known: known.get(name))


def _merged(given: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    lent = _lent(given)
    return with_lent(given[PACKAGE], lent["aws"], lent["databricks"])


def _lent(given: Mapping[str, Mapping[str, Any]]) -> dict[str, Lent]:
    return {
        "aws": lent_by_aws(given["aws"]),
        "databricks": lent_by_databricks(given["databricks"]),
    }


async def _refuse_unusable(
    found: pulumi.Output[Mapping[str, Mapping[str, Any]]],
    explicit: Mapping[str, pulumi.ProviderResource],
) -> None:
    """Raises DeploymentError, unless the program has a provider of ours and so knows better."""
    given = await found.future(with_unknowns=True)
    if given is None or PACKAGE in explicit or pulumi.contains_unknowns(given):
        return
    for service, lent in _lent(given).items():
        if lent.unusable and not configures(given[PACKAGE], service):
            called = _CALLED[service]
            which = f"provider '{_name(explicit[service])}'" if service in explicit else "provider"
            raise DeploymentError(
                f"The {called} {which} is configured with {', '.join(lent.unusable)}, "
                "which cannot be lent to the resources that check the access and write the trust "
                f"policy. Pass a Provider of this package with {service}Profile ({service}_profile)"
                f", or other settings for {called}, in the component's option providers."
            )


_CALLED: Final = {"aws": "AWS", "databricks": "Databricks"}


def _name(provider: pulumi.ProviderResource) -> str:
    reference = REFERENCES.get(provider)
    return reference.split("::")[3] if reference else provider.pulumi_resource_name
