"""What the engine asks of the plugin."""

from typing import Any

from pulumi.runtime.proto import provider_pb2

from .component_host import ComponentServicer
from .component_schema import component_provider
from .schema import package_schema, schema_text


class Servicer(ComponentServicer):
    """Serves the component."""

    def __init__(self, engine: str) -> None:
        component = component_provider()
        super().__init__(component, [], engine)
        self._schema = package_schema(component, {})

    async def GetSchema(self, request: Any, context: Any) -> Any:  # noqa: N802
        """The schema that the repository keeps."""
        return provider_pb2.GetSchemaResponse(schema=schema_text(self._schema))
