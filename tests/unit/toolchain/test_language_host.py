"""The language host's service, over real gRPC: programs, and what is refused."""

from __future__ import annotations

import json
import os
import sys
import threading
import venv
from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped]
import pytest
from google.protobuf import empty_pb2  # type: ignore[import-untyped]
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

from tests.unit.toolchain.rpc import LONG, assert_gone, info, run_request, wait_for
from toolchain.language_host.server import LanguageHostServer

Host = language_pb2_grpc.LanguageRuntimeStub


def test_a_program_that_ends_well_gives_an_empty_answer(host: Host, tmp_path: Path) -> None:
    answer = host.Run(run_request(tmp_path, "pass"))
    assert (answer.error, answer.bail) == ("", False)


@pytest.mark.parametrize(
    ("program", "error", "bail"),
    [
        ("raise SystemExit(32)", "", True),
        ("raise SystemExit(3)", "program exited with non-zero exit code: 3", False),
        ("1 / 0", "program exited with non-zero exit code: 1", False),
        (
            "import os; os.kill(os.getpid(), 9)",
            "program exited with non-zero exit code: -1",
            False,
        ),
    ],
)
def test_a_program_that_fails_is_told_from_one_that_bails(
    host: Host, tmp_path: Path, program: str, error: str, bail: bool
) -> None:
    answer = host.Run(run_request(tmp_path, program))
    assert (answer.error, answer.bail) == (error, bail)


def test_a_program_gets_the_arguments_and_configuration_of_the_request(
    host: Host, tmp_path: Path
) -> None:
    host.Run(
        run_request(
            tmp_path,
            "pass",
            project="p",
            stack="s",
            organization="o",
            dryRun=True,
            args=["one", "two"],
            config={"p:key": "välue", "p:password": "hidden"},
            configSecretKeys=["p:password"],
        )
    )
    arguments, environment = json.loads((tmp_path / "seen.json").read_text())
    expected = {
        "--monitor": "m:1",
        "--engine": "127.0.0.1:1",
        "--project": "p",
        "--root_directory": str(tmp_path),
        "--stack": "s",
        "--pwd": str(tmp_path),
        "--dry_run": "true",
        "--parallel": "4",
        "--organization": "o",
    }
    assert arguments[-3:] == [".", "one", "two"]
    assert dict(zip(arguments[:-3:2], arguments[1:-3:2], strict=True)) == expected
    assert json.loads(environment["PULUMI_CONFIG"]) == {"p:key": "välue", "p:password": "hidden"}
    assert json.loads(environment["PULUMI_CONFIG_SECRET_KEYS"]) == ["p:password"]


def test_without_secrets_the_list_of_secret_keys_is_empty(host: Host, tmp_path: Path) -> None:
    host.Run(run_request(tmp_path, "pass"))
    _, environment = json.loads((tmp_path / "seen.json").read_text())
    assert environment["PULUMI_CONFIG_SECRET_KEYS"] == "[]"
    assert "PULUMI_CONFIG" not in environment


def test_a_virtualenv_is_relative_to_the_root_and_activated(host: Host, tmp_path: Path) -> None:
    (tmp_path / "env").symlink_to(sys.prefix)
    host.Run(run_request(tmp_path, "pass", info=info(tmp_path, virtualenv="env")))
    _, environment = json.loads((tmp_path / "seen.json").read_text())
    assert environment["VIRTUAL_ENV"] == str(tmp_path / "env")
    assert environment["PATH"].startswith(str(tmp_path / "env" / "bin") + os.pathsep)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"virtualenv": "nowhere"}, "doesn't exist"),
        ({"virtualenv": "."}, "doesn't appear to be a virtual environment"),
        ({"virtualenv": 1}, "virtualenv option must be a string"),
        ({"toolchain": "uv"}, "toolchain option uv is not built into"),
        ({"toolchain": "conda"}, "unsupported toolchain option: conda"),
        ({"typechecker": "pytype"}, "unsupported typechecker option: pytype"),
    ],
)
def test_options_that_cannot_be_followed_are_refused_by_name(
    host: Host, tmp_path: Path, options: dict[str, Any], error: str
) -> None:
    with pytest.raises(grpc.RpcError, match=error):
        host.Run(run_request(tmp_path, "pass", info=info(tmp_path, **options)))
    assert not (tmp_path / "seen.json").exists()


def test_a_typechecker_that_the_environment_lacks_is_named(host: Host, tmp_path: Path) -> None:
    venv.create(tmp_path / "empty", with_pip=False)
    options = {"virtualenv": "empty", "typechecker": "pyright"}
    with pytest.raises(grpc.RpcError, match="pyright is not installed"):
        host.Run(run_request(tmp_path, "pass", info=info(tmp_path, **options)))
    assert not (tmp_path / "seen.json").exists()


def test_a_lock_file_of_uv_is_not_passed_over_in_silence(host: Host, tmp_path: Path) -> None:
    (tmp_path / "uv.lock").touch()
    with pytest.raises(grpc.RpcError, match=r"uv\.lock.*not built into"):
        host.Run(run_request(tmp_path, "pass"))
    answer = host.Run(run_request(tmp_path, "pass", info=info(tmp_path, toolchain="pip")))
    assert answer.error == ""


def test_a_cancelled_program_gets_sigint_and_its_children_end(host: Host, tmp_path: Path) -> None:
    call = host.Run.future(run_request(tmp_path, LONG))
    ids = [int(word) for word in wait_for(tmp_path / "ids").split()]
    call.cancel()
    wait_for(tmp_path / "interrupted")
    assert_gone(*ids)


def test_cancel_ends_what_runs_and_starts_no_more(host: Host, tmp_path: Path) -> None:
    call = host.Run.future(run_request(tmp_path, LONG))
    ids = [int(word) for word in wait_for(tmp_path / "ids").split()]
    host.Cancel(empty_pb2.Empty())
    assert call.result().error == "program exited with non-zero exit code: 7"
    assert_gone(*ids)
    with pytest.raises(grpc.RpcError, match="stopping"):
        host.Run(run_request(tmp_path, "pass"))


def test_dependencies_of_requirements_are_installed_into_the_environment(
    host: Host, tmp_path: Path
) -> None:
    environment = tmp_path / "env" / "bin"
    environment.mkdir(parents=True)
    python = environment / "python"
    python.write_text('#!/bin/sh\necho "$@"\necho careful >&2\n')
    python.chmod(0o755)
    (tmp_path / "requirements.txt").write_text("pulumi\n")
    request = language_pb2.InstallDependenciesRequest(info=info(tmp_path, virtualenv="env"))
    answers = list(host.InstallDependencies(request))
    assert b"-m pip --disable-pip-version-check install -r requirements.txt\n" in b"".join(
        answer.stdout for answer in answers
    )
    assert b"".join(answer.stderr for answer in answers) == b"careful\n"
    python.write_text("#!/bin/sh\nexit 9\n")
    with pytest.raises(grpc.RpcError, match="exit status 9"):
        list(host.InstallDependencies(request))


def test_about_names_the_python_of_the_project(host: Host, tmp_path: Path) -> None:
    request = language_pb2.AboutRequest(info=info(tmp_path, virtualenv=sys.prefix))
    answer = host.About(request)
    assert Path(answer.executable).parent == Path(sys.prefix) / "bin"
    assert answer.version == ".".join(map(str, sys.version_info[:3]))
    assert answer.metadata["typechecker"] == "None"


@pytest.mark.parametrize(
    ("method", "request_type"),
    [
        ("GenerateProgram", language_pb2.GenerateProgramRequest),
        ("GenerateProject", language_pb2.GenerateProjectRequest),
        ("GeneratePackage", language_pb2.GeneratePackageRequest),
        ("Pack", language_pb2.PackRequest),
        ("Link", language_pb2.LinkRequest),
    ],
)
def test_what_only_the_official_host_does_is_refused_with_the_way_out(
    host: Host, method: str, request_type: Any
) -> None:
    with pytest.raises(grpc.RpcError) as error:
        getattr(host, method)(request_type())
    assert error.value.code() == grpc.StatusCode.UNIMPLEMENTED
    assert "development fallback" in error.value.details()
    assert "https://www.pulumi.com/docs/install/" in error.value.details()


def test_run_before_handshake_is_refused(tmp_path: Path) -> None:
    server = LanguageHostServer(executor=tmp_path / "none")
    with grpc.insecure_channel(f"127.0.0.1:{server.start()}") as channel:
        stub = language_pb2_grpc.LanguageRuntimeStub(channel)
        with pytest.raises(grpc.RpcError, match="Handshake"):
            stub.Run(run_request(tmp_path, "pass"))
    server.stop()


def test_programs_run_side_by_side(host: Host, tmp_path: Path) -> None:
    meet = (
        "import pathlib, sys, time\n"
        "a = pathlib.Path('a')\n"
        "a.rename('b') if a.exists() else a.touch()\n"
        "deadline = time.monotonic() + 8\n"
        "while not pathlib.Path('b').exists():\n"
        "    if time.monotonic() > deadline: sys.exit(9)\n"
        "    time.sleep(0.02)\n"
    )
    request = run_request(tmp_path, meet)
    first = host.Run.future(request)
    wait_for(tmp_path / "a")
    assert host.Run(request).error == ""
    assert first.result().error == ""
    assert threading.active_count() < 200
