"""How a resource type, a function or a provider's configuration is described: tables, no code."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

State: TypeAlias = dict[str, Any]
"""A resource's inputs or outputs by Pulumi name, in the form of ``values``."""

Kind: TypeAlias = Literal["string", "boolean", "integer", "policy", "map", "list", "object"]
"""``policy`` is a JSON document: a string, or an object that is turned into one."""

DEFAULTS_KEY: Final = "__defaults"
"""Input that lists which inputs the provider chose itself, as the bridged providers keep it."""


@dataclass(frozen=True)
class Property:
    """One argument or output. ``computed``: the service fills it in where it is not given."""

    kind: Kind = "string"
    required: bool = False
    computed: bool = False
    output_only: bool = False
    force_new: bool = False
    default: Any = None
    auto_name: int = 0
    """Longest name that may be made up from the resource's name; 0: none is."""
    local: bool = False
    """Never sent to nor read from the service: it only steers the provider."""
    secret: bool = False
    """Of a provider's configuration only: marked secret even where it was given in the clear."""
    fields: Mapping[str, "Property"] | None = None
    """Of an object, or of each object in a list. A list without is one of strings."""
    unordered: bool = False
    same: Callable[[Any, Any], bool] | None = None
    """Whether an old and a new value mean the same; plain equality by default."""
    fault: Callable[[Any], str | None] | None = None
    """What is wrong with a known value, as the end of a sentence about it."""
    conflicts_with: tuple[str, ...] = ()
    refused: str | None = None
    """Why the sandbox does not take this argument, which the real provider knows."""


@dataclass(frozen=True)
class ResourceType:
    """A resource: its properties, and what to do. ``cloud`` is what the package's connect gave.

    ``create`` returns the ID; the state is always what ``read`` finds afterwards, or None where
    the resource is gone. ``update`` gets the old state and the new inputs.
    """

    token: str
    properties: Mapping[str, Property]
    create: Callable[[Any, State], str]
    read: Callable[[Any, str, State], State | None]
    update: Callable[[Any, str, State, State], None]
    delete: Callable[[Any, str, State], None]
    check: Callable[[State], Iterable[tuple[str, str]]] | None = None
    """Faults that involve several properties: pairs of property and reason."""
    unique_name: str = "name"
    """The property that no two living resources may share."""
    plan: Callable[[State | None, State], State] | None = None
    """Outputs that can be told from the old state and the new inputs, for the preview."""

    @property
    def inputs(self) -> dict[str, Property]:
        """What a program may give."""
        return {key: item for key, item in self.properties.items() if not item.output_only}


@dataclass(frozen=True)
class Function:
    """A data source: its arguments and the call that answers it."""

    token: str
    arguments: Mapping[str, Property]
    invoke: Callable[[Any, State], State]


@dataclass(frozen=True)
class Package:
    """Everything that one plugin serves."""

    name: str
    version: str
    config: Mapping[str, Property]
    connect: Callable[[State], Any]
    resources: Mapping[str, ResourceType]
    functions: Mapping[str, Function]
    check_config: Callable[[State], Iterable[tuple[str, str]]] = field(default=lambda _: ())
    prepare_inputs: Callable[[State, ResourceType, State], State] = field(
        default=lambda _config, _resource, inputs: inputs
    )
    """What the provider's configuration adds to a resource's inputs before they are checked."""
    warm_up: Callable[[], None] = field(default=lambda: None)
    """Slow imports, done in the background as soon as the plugin listens."""


def table(*items: ResourceType) -> dict[str, ResourceType]:
    """Resource types by token."""
    return {item.token: item for item in items}
