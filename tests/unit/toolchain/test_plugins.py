"""Plugins in the language host, over real gRPC."""

from __future__ import annotations

from pathlib import Path

import grpc  # type: ignore[import-untyped]
import pytest
from pulumi.runtime.proto import language_pb2_grpc

from tests.unit.toolchain.rpc import LONG, assert_gone, plugin_request, wait_for

Host = language_pb2_grpc.LanguageRuntimeStub


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
