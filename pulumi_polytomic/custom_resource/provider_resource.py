"""The configuration of this package's plugin, as a resource that programs hand to others."""

from typing import TYPE_CHECKING, Any, overload

import pulumi

from ..naming import PACKAGE, VERSION, camel_case
from . import launcher
from .provider_arguments import ARGUMENTS, ProviderArgs

if TYPE_CHECKING:
    from typing_extensions import Unpack


class Provider(pulumi.ProviderResource):
    """How to reach Polytomic, Databricks and AWS, for a program that has several of them::

    provider = Provider("eu", aws_profile="eu", databricks_profile="eu")
    opts = pulumi.ResourceOptions(providers=[provider])
    DatabricksStagingAccess("staging", bucket_name="acme-eu", ..., opts=opts)
    """

    @overload
    def __init__(
        self,
        resource_name: str,
        args: ProviderArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None: ...
    @overload
    def __init__(
        self,
        resource_name: str,
        *,
        opts: pulumi.ResourceOptions | None = None,
        **arguments: "Unpack[ProviderArgs]",
    ) -> None: ...
    def __init__(
        self,
        resource_name: str,
        args: ProviderArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **arguments: Any,
    ) -> None:
        """Makes the provider ``resource_name``.

        Raises:
            ArgumentError: arguments are given both in ``args`` and as keywords.
            DeploymentError: the plugin is not there and may not be put there.
        """
        given = ARGUMENTS.gathered(f"Provider '{resource_name}'", args, arguments)
        launcher.ensure()
        secrets = ARGUMENTS.secret
        properties = {
            camel_case(name): pulumi.Output.secret(value) if name in secrets else _text(value)
            for name, value in given.items()
        }
        own = pulumi.ResourceOptions(version=VERSION)
        merged = pulumi.ResourceOptions.merge(own, opts)
        super().__init__(PACKAGE, resource_name, properties, merged)


def _text(value: pulumi.Input[object]) -> pulumi.Output[object]:
    """Gives the value as Pulumi has it in a provider's configuration: numbers as JSON text."""
    return pulumi.Output.from_input(value).apply(
        lambda found: found if found is None or isinstance(found, str) else f"{found:g}"
    )
