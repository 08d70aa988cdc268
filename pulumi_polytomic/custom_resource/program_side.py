"""What the resources of this package's own plugin have in common in Python."""

from collections.abc import Collection, Mapping
from typing import Any

import pulumi

from ..naming import VERSION, camel_case
from . import launcher as plugin


class OwnResource(pulumi.CustomResource):
    """A resource of the plugin; its properties have Python's names here, and Pulumi's there."""

    def __init__(
        self,
        token: str,
        resource_name: str,
        args: Mapping[str, Any],
        opts: pulumi.ResourceOptions | None,
        *,
        outputs: Collection[str],
        secrets: Collection[str] = (),
    ) -> None:
        """Registers the resource; ``secrets`` are secret whether or not the program says so.

        Raises:
            DeploymentError: the plugin is not there and may not be put there.
        """
        plugin.ensure()
        properties: dict[str, Any] = dict.fromkeys(outputs)
        for name, value in args.items():
            if value is not None:
                properties[name] = pulumi.Output.secret(value) if name in secrets else value
        self._names = {name: camel_case(name) for name in properties}
        own = pulumi.ResourceOptions(
            version=VERSION, additional_secret_outputs=[camel_case(name) for name in secrets]
        )
        merged = pulumi.ResourceOptions.merge(own, opts)
        super().__init__(token, resource_name, properties, merged)

    def translate_input_property(self, prop: str) -> str:
        """Gives the engine's name of a property."""
        return self._names.get(prop, prop)

    def translate_output_property(self, prop: str) -> str:
        """Gives the attribute's name of a property."""
        return next((name for name, engine in self._names.items() if engine == prop), prop)
