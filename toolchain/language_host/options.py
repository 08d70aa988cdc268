"""The `runtime.options` of a Pulumi.yaml, PulumiPlugin.yaml or PulumiPolicy.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from google.protobuf import json_format  # type: ignore[import-untyped]
from pulumi.runtime.proto.language_pb2 import ProgramInfo

from toolchain.language_host.errors import LanguageHostError, NotBuiltInError

TypeChecker = Literal["mypy", "pyright"]


@dataclass(frozen=True, slots=True)
class RuntimeOptions:
    """`virtualenv` is absolute, None for the Python on PATH; `declared` is as the user wrote it."""

    root: Path
    program: Path
    virtualenv: Path | None
    declared: str
    typechecker: TypeChecker | None


def read_options(info: ProgramInfo, *, plugin: bool = False) -> RuntimeOptions:
    """Check and resolve the options. A plugin without `virtualenv` has it in `venv`.

    Raises LanguageHostError for a value of a wrong type or an unknown choice, NotBuiltInError for
    the package managers uv and poetry.
    """
    given = json_format.MessageToDict(info.options)
    for key in ("virtualenv", "typechecker", "toolchain"):
        if key in given and not isinstance(given[key], str):
            raise LanguageHostError(f"{key} option must be a string")
    root, program = Path(info.root_directory), Path(info.program_directory)
    declared = given.get("virtualenv", "")
    _refuse_other_package_managers(given.get("toolchain"), declared, program)
    if plugin and not declared:
        declared = "venv"
    return RuntimeOptions(
        root=root,
        program=program,
        # An absolute path stays what it is.
        virtualenv=root / declared if declared else None,
        declared=declared,
        typechecker=_typechecker(given.get("typechecker")),
    )


def _refuse_other_package_managers(named: str | None, virtualenv: str, program: Path) -> None:
    if named in ("uv", "poetry"):
        raise NotBuiltInError(f"the toolchain option {named}")
    if named not in (None, "pip"):
        raise LanguageHostError(f"unsupported toolchain option: {named}")
    if named is None and not virtualenv:
        # The official host would go by such a lock file; the Python on PATH would be another one.
        for folder in (program, *program.parents):
            for lock in ("uv.lock", "poetry.lock"):
                if (folder / lock).exists():
                    raise NotBuiltInError(
                        f"using the environment of {folder / lock} "
                        "(set the virtualenv option, or toolchain: pip)"
                    )


def _typechecker(named: str | None) -> TypeChecker | None:
    match named:
        case None | "mypy" | "pyright":
            return named
        case _:
            raise LanguageHostError(f"unsupported typechecker option: {named}")
