"""What the resources of this package's own plugin have in common in Python."""

from collections.abc import Collection
from typing import Any, ClassVar

import pulumi

from ..arguments import Arguments
from ..naming import VERSION, camel_case
from . import launcher


class OwnResource(pulumi.CustomResource):
    """A resource of the plugin; its properties have Python's names here, and Pulumi's there.

    Its outputs are those that its class annotates.
    """

    token: ClassVar[str]
    arguments: ClassVar[Arguments]
    secret_outputs: ClassVar[Collection[str]] = ()

    def __init__(
        self,
        resource_name: str,
        args: object,
        opts: pulumi.ResourceOptions | None,
        keywords: dict[str, Any],
    ) -> None:
        """Registers the resource.

        Raises:
            ArgumentError: arguments are given both in ``args`` and as ``keywords``.
            DeploymentError: the plugin is not there and may not be put there.
        """
        owner = f"{self.arguments.resource} '{resource_name}'"
        given = self.arguments.gathered(owner, args, keywords)
        launcher.ensure()
        secrets = self.arguments.secret
        properties: dict[str, Any] = dict.fromkeys(type(self).__annotations__)
        for name, value in given.items():
            properties[name] = pulumi.Output.secret(value) if name in secrets else value
        self._names = {name: camel_case(name) for name in properties}
        own = pulumi.ResourceOptions(
            version=VERSION,
            additional_secret_outputs=[camel_case(n) for n in (*secrets, *self.secret_outputs)],
        )
        merged = pulumi.ResourceOptions.merge(own, opts)
        super().__init__(self.token, resource_name, properties, merged)

    def translate_input_property(self, prop: str) -> str:
        """Gives the engine's name of a property."""
        return self._names.get(prop, prop)

    def translate_output_property(self, prop: str) -> str:
        """Gives the attribute's name of a property."""
        return next((name for name, engine in self._names.items() if engine == prop), prop)
