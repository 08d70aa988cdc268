"""Run the plugin: `python -m sandbox.providers.aws <engine address>`."""

from sandbox.providers.aws.package import PACKAGE
from sandbox.providers.server import serve

if __name__ == "__main__":
    serve(PACKAGE)
