"""What `pulumi about` shows of a project's Python."""

from __future__ import annotations

import json

from pulumi.runtime.proto.language_pb2 import AboutRequest, AboutResponse

from toolchain.language_host.errors import LanguageHostError
from toolchain.language_host.interpreter import ambient_interpreter, find_interpreter
from toolchain.language_host.options import read_options

_SCRIPT = """\
import importlib.metadata, json, platform, sys
try:
    pip = importlib.metadata.version("pip")
except importlib.metadata.PackageNotFoundError:
    pip = ""
print(json.dumps([sys.executable, platform.python_version(), pip]))
"""


def about(request: AboutRequest) -> AboutResponse:
    """Executable, version and package manager; without a project: those of the Python on PATH."""
    typechecker = None
    if request.HasField("info"):
        options = read_options(request.info)
        typechecker = options.typechecker
        interpreter = find_interpreter(options)
    else:
        interpreter = ambient_interpreter()
    answer = interpreter.ask("-c", _SCRIPT)
    if answer.returncode != 0:
        raise LanguageHostError(f"{interpreter.python} does not run: {answer.stderr.strip()}")
    executable, version, pip = json.loads(answer.stdout)
    return AboutResponse(
        executable=executable,
        version=version,
        metadata={
            "toolchain": "Pip",
            "toolchainVersion": pip,
            "typechecker": (typechecker or "none").capitalize(),
        },
    )
