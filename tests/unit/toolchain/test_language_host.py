"""The language host's service, over real gRPC."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped]
import pytest
from google.protobuf import empty_pb2, struct_pb2  # type: ignore[import-untyped]
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

from toolchain.language_host.server import LanguageHostServer

Host = language_pb2_grpc.LanguageRuntimeStub
ROOT = Path(__file__).resolve().parents[3]
# Writes its own and its child's process ID, then waits; SIGINT is noted in `interrupted`.
LONG = """\
import os, signal, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
def note(*_):
    open("interrupted", "w").close()
    sys.exit(7)
signal.signal(signal.SIGINT, note)
open("ids.new", "w").write(f"{os.getpid()} {child.pid}")
os.rename("ids.new", "ids")
time.sleep(60)
"""


def info(folder: Path, **options: Any) -> language_pb2.ProgramInfo:
    struct = struct_pb2.Struct()
    struct.update(options)
    return language_pb2.ProgramInfo(
        root_directory=str(folder),
        program_directory=str(folder),
        entry_point=".",
        options=struct,
    )


def run_request(folder: Path, program: str, **fields: Any) -> language_pb2.RunRequest:
    (folder / "program.py").write_text(program, encoding="utf-8")
    fields.setdefault("info", info(folder))
    return language_pb2.RunRequest(pwd=str(folder), monitor_address="m:1", parallel=4, **fields)


def plugin_request(
    folder: Path, program: str, options: dict[str, Any] | None = None, **fields: Any
) -> language_pb2.RunPluginRequest:
    (folder / "__main__.py").write_text(program, encoding="utf-8")
    virtualenv = {"virtualenv": sys.prefix}
    return language_pb2.RunPluginRequest(
        pwd=str(folder),
        info=info(folder, **(virtualenv if options is None else options)),
        kind="resource",
        **fields,
    )


def wait_for(path: Path) -> str:
    deadline = time.monotonic() + 10
    while not path.exists():
        assert time.monotonic() < deadline, f"{path.name} never came"
        time.sleep(0.02)
    return path.read_text()


def assert_gone(*process_ids: int) -> None:
    deadline = time.monotonic() + 5
    for process_id in process_ids:
        while _alive(process_id):
            assert time.monotonic() < deadline, f"{process_id} still runs"
            time.sleep(0.02)


def _alive(process_id: int) -> bool:
    listed = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(process_id)], capture_output=True, text=True, check=False
    ).stdout.strip()
    # A zombie has ended; that nobody asks for its exit code is not our business.
    return bool(listed) and not listed.startswith("Z")


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
        ({"typechecker": "pyright"}, "pyright is not installed"),
    ],
)
def test_options_that_cannot_be_followed_are_refused_by_name(
    host: Host, tmp_path: Path, options: dict[str, Any], error: str
) -> None:
    with pytest.raises(grpc.RpcError, match=error):
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


def test_a_plugins_output_is_streamed_as_bytes_as_it_comes(host: Host, tmp_path: Path) -> None:
    program = (
        "import os, sys, time, pathlib\n"
        "os.write(1, b'\\xff\\xfe port\\n')\n"
        "while not pathlib.Path('go-on').exists(): time.sleep(0.01)\n"
        "os.write(2, b'\\x80')\n"
        "sys.exit(5)\n"
    )
    answers = host.RunPlugin(plugin_request(tmp_path, program))
    assert next(answers).stdout == b"\xff\xfe port\n"
    # Only what was read already lets the plugin go on.
    (tmp_path / "go-on").touch()
    rest = list(answers)
    assert b"".join(answer.stderr for answer in rest) == b"\x80"
    assert rest[-1].exitcode == 5


def test_a_large_output_of_a_plugin_arrives_whole(host: Host, tmp_path: Path) -> None:
    program = "import sys; sys.stdout.write('x' * 20_000_000)"
    answers = list(host.RunPlugin(plugin_request(tmp_path, program)))
    assert sum(len(answer.stdout) for answer in answers) == 20_000_000
    assert answers[-1].WhichOneof("output") == "exitcode"


def test_a_plugin_gets_arguments_folder_and_environment(host: Host, tmp_path: Path) -> None:
    program = "import os, sys; print(sys.argv[1:], os.getcwd(), os.environ['ONE'])"
    request = plugin_request(tmp_path, program, args=["127.0.0.1:2"], env=["ONE=a=b"])
    request.pwd = "/"
    said = b"".join(answer.stdout for answer in host.RunPlugin(request))
    assert said == b"['127.0.0.1:2'] / a=b\n"


def test_a_plugin_whose_call_is_given_up_ends_with_its_children(host: Host, tmp_path: Path) -> None:
    answers = host.RunPlugin(plugin_request(tmp_path, LONG))
    ids = [int(word) for word in wait_for(tmp_path / "ids").split()]
    answers.cancel()
    assert_gone(*ids)


@pytest.mark.parametrize(
    ("prepare", "kind", "error"),
    [
        ("", "converter", "converter plugin is not built into"),
        ("rm", "resource", "neither __main__.py nor a buildable pyproject.toml"),
        ("bad", "resource", "parsing .*pyproject.toml"),
    ],
)
def test_what_cannot_be_run_as_a_plugin_is_refused(
    host: Host, tmp_path: Path, prepare: str, kind: str, error: str
) -> None:
    request = plugin_request(tmp_path, "pass")
    request.kind = kind
    if prepare:
        (tmp_path / "__main__.py").unlink()
    if prepare == "bad":
        (tmp_path / "pyproject.toml").write_text("[project")
    with pytest.raises(grpc.RpcError, match=error):
        list(host.RunPlugin(request))


def test_a_plugin_without_virtualenv_option_looks_for_venv(host: Host, tmp_path: Path) -> None:
    with pytest.raises(grpc.RpcError, match=r'set to "venv".*doesn\'t exist'):
        list(host.RunPlugin(plugin_request(tmp_path, "pass", options={})))


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


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_process_passes_output_through_and_ends_its_children_on_a_signal(
    tmp_path: Path, number: signal.Signals
) -> None:
    executor = tmp_path / "executor.py"
    executor.write_text(f"import os; os.chdir({str(tmp_path)!r}); print('hi', flush=True)\n{LONG}")
    process = subprocess.Popen(
        [
            sys.executable,
            "-I",
            str(ROOT / "toolchain" / "language_host" / "__main__.py"),
            "--logtostderr",
            "-v=9",
            "--use-executor",
            str(executor),
            "127.0.0.1:1",
        ],
        cwd="/",
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    port = int(process.stdout.readline())
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = language_pb2_grpc.LanguageRuntimeStub(channel)
        request = run_request(tmp_path, "pass", info=info(tmp_path, virtualenv=sys.prefix))
        call = stub.Run.future(request)
        assert process.stdout.readline() == b"hi\n"
        ids = [int(word) for word in wait_for(tmp_path / "ids").split()]
        process.send_signal(number)
        assert process.wait(timeout=10) == 0
        assert_gone(*ids)
        call.cancel()
    process.stdout.close()


def test_the_host_goes_when_its_engine_was_killed(tmp_path: Path) -> None:
    executor = tmp_path / "executor.py"
    executor.touch()
    host = ROOT / "toolchain" / "language_host" / "__main__.py"
    code = (
        "import subprocess, sys\n"
        f"p = subprocess.Popen([sys.executable, '-I', {str(host)!r}, '--use-executor', "
        f"{str(executor)!r}], stdout=subprocess.PIPE)\n"
        "p.stdout.readline(); print(p.pid, flush=True); p.wait()"
    )
    engine = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert engine.stdout is not None
    process_id = int(engine.stdout.readline())
    engine.kill()
    engine.wait()
    engine.stdout.close()
    assert_gone(process_id)


def test_a_missing_executor_is_said_at_once() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "toolchain.language_host", "--use-executor", "/nowhere/exec"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert (answer.returncode, answer.stdout) == (1, b"")
    assert answer.stderr == b"missing executor /nowhere/exec\n"


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
