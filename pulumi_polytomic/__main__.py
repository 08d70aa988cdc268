"""``python -m pulumi_polytomic``: the plugin, where Pulumi starts it, and commands for people."""

import argparse
import re
import sys


def main(arguments: list[str] | None = None) -> int:
    """Serves the engine whose address is given, or runs a command; gives the exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    engine = next((word for word in given if re.fullmatch(r"[\w.\[\]:-]+:\d+", word)), None)
    if engine is not None:
        from .provider.server import serve

        serve(engine)
        return 0
    parser = argparse.ArgumentParser(prog="python -m pulumi_polytomic", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("schema", help="print the schema that programs in other languages use")
    parser.parse_args(given)
    return _schema()


def _schema() -> int:
    from .provider.component_schema import component_provider
    from .provider.schema import package_schema, schema_text

    sys.stdout.write(schema_text(package_schema(component_provider(), {})))
    return 0


if __name__ == "__main__":
    sys.exit(main())
