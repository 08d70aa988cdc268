"""``python -m pulumi_polytomic``: the plugin, where Pulumi starts it, and commands for people."""

import argparse
import re
import sys

from .custom_resource.settings import strip_environment


def main(arguments: list[str] | None = None) -> int:
    """Serves the engine whose address is given, or runs a command; gives the exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    strip_environment()
    engine = next((word for word in given if re.fullmatch(r"[\w.\[\]:-]+:\d+", word)), None)
    if engine is not None:
        return _serve(engine, given)
    from .diagnosis import doctor

    parser = argparse.ArgumentParser(prog="python -m pulumi_polytomic", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("schema", help="print the schema that programs in other languages use")
    plugin = commands.add_parser("plugin", help="this package as a plugin of Pulumi")
    plugin.add_argument("action", choices=("install",), help="put it where Pulumi looks for it")
    doctor.add_arguments(
        commands.add_parser("doctor", help="find out why a staging role does not work")
    )
    chosen = parser.parse_args(given)
    if chosen.command == "doctor":
        return doctor.run(chosen)
    return _schema() if chosen.command == "schema" else _install()


def _serve(engine: str, given: list[str]) -> int:
    from .naming import PACKAGE, VERSION
    from .server.process import serve

    wanted = given[given.index("--plugin-version") + 1] if "--plugin-version" in given else VERSION
    if wanted != VERSION:
        print(  # noqa: T201
            f"{PACKAGE} {wanted} is asked for, and {sys.executable} has {VERSION}. Run, with the "
            f"Python of the project that needs it: python -m pulumi_polytomic plugin install",
            file=sys.stderr,
        )
        return 1
    serve(engine)
    return 0


def _install() -> int:
    from .custom_resource.launcher import install

    print(install())  # noqa: T201
    return 0


def _schema() -> int:
    from .server.schema import schema_text

    sys.stdout.write(schema_text())
    return 0


if __name__ == "__main__":
    sys.exit(main())
