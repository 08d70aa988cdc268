"""Lists the distributions of the Python that runs it, with their `pulumi-plugin.json`.

Not imported by the host: its text is given to the program's own Python (`python -c`), of whatever
version, so it uses the standard library only and imports no package that it finds.
"""

import importlib.metadata
import importlib.util
import json
import os
import re
import sys
from typing import Any


def main() -> None:
    """Print a JSON list of {name, version, plugin: text of pulumi-plugin.json or null}."""
    # `python -c` puts the current folder first: what lies there is not installed.
    sys.path[:] = [entry for entry in sys.path if entry]
    found: dict[str, dict[str, Any]] = {}
    for distribution in importlib.metadata.distributions():
        name = distribution.metadata["Name"]
        if name:
            normalized = re.sub(r"[-_.]+", "-", name).lower()
            # The first on sys.path is the one that an import would get.
            found.setdefault(
                normalized,
                {
                    "name": normalized,
                    "version": distribution.version,
                    "plugin": plugin_file(name.replace("-", "_")),
                },
            )
    print(json.dumps(list(found.values())))


def plugin_file(module: str) -> "str | None":
    """The text of a package's pulumi-plugin.json."""
    try:
        spec = importlib.util.find_spec(module)
        for folder in (spec.submodule_search_locations or []) if spec else []:
            path = os.path.join(folder, "pulumi-plugin.json")  # noqa: PTH118
            if os.path.isfile(path):  # noqa: PTH113
                with open(path, encoding="utf-8") as file:  # noqa: PTH123
                    return file.read()
    except (ImportError, ValueError, AttributeError, OSError):
        return None
    return None


if __name__ == "__main__":
    main()
