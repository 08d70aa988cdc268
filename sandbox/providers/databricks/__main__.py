"""Run the plugin: `python -m sandbox.providers.databricks <engine address>`."""

from sandbox.providers.databricks.package import PACKAGE
from sandbox.providers.server import serve

if __name__ == "__main__":
    serve(PACKAGE)
