"""Building the pinned CLI: no Go, too old a Go, failures, two builds at once, a crash."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from toolchain import build
from toolchain.ensure import ensure
from toolchain.errors import ToolchainError
from toolchain.locking import exclusive
from toolchain.versions import MINIMUM_GO, PINNED_CLI, show

Write = Callable[..., Path]
ROOT = Path(__file__).resolve().parents[3]

# Builds a `pulumi` that tells its version, and counts its builds in the file `builds`.
GO = r"""
here=${0%/*}
case "$1" in
version) echo "go version go1.26.8 linux/amd64" ;;
list) echo "$here/sdk" ;;
build)
    echo x >> "$here/builds"
    echo "go: downloading example.org/module v1.0.0" >&2
    for word; do case "$word" in -o=*) out=${word#-o=} ;; esac; done
    printf '#!/bin/sh\necho v3.274.1\n' > "$out"
    chmod +x "$out"
    ;;
esac
"""


@pytest.fixture
def go(tools: Path, executable: Write) -> Path:
    for name, place in build.SCRIPTS.items():
        executable(f"tools/sdk/{place}", name, "")
    return executable("tools", "go", GO)


def builds(tools: Path) -> int:
    counted = tools / "builds"
    return len(counted.read_text().split()) if counted.exists() else 0


def test_the_pin_of_go_mod_is_the_version_that_the_code_expects() -> None:
    text = (ROOT / "toolchain" / "go.mod").read_text(encoding="utf-8")
    assert f"github.com/pulumi/pulumi/pkg/v3 v{show(PINNED_CLI)}" in text
    assert f"github.com/pulumi/pulumi/sdk/v3 v{show(PINNED_CLI)}" in text
    assert f"\ngo {show(MINIMUM_GO)}\n" in text


def test_without_pulumi_and_go_the_error_says_how_to_get_either(
    tools: Path, tmp_path: Path
) -> None:
    with pytest.raises(ToolchainError) as error:
        ensure(tmp_path / "clone")
    message = str(error.value)
    assert "no `pulumi` on PATH" in message
    assert "Go is not on PATH" in message
    assert "https://www.pulumi.com/docs/install/" in message
    assert "https://go.dev/doc/install" in message


def test_the_error_names_a_pulumi_that_was_found_but_will_not_do(
    tools: Path, tmp_path: Path, executable: Write
) -> None:
    executable("tools", "pulumi", "echo v3.1.0")
    with pytest.raises(ToolchainError, match=r"tools/pulumi cannot be used: .* 3\.1\.0 is older"):
        ensure(tmp_path / "clone")


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("echo go version go1.25.9 linux/amd64", "Go 1.25.9 at .* is too old"),
        ("echo hello", "gives no version"),
        ("exit 1", "gives no version"),
    ],
)
def test_a_go_that_will_not_do_is_refused(
    tools: Path, executable: Write, body: str, fault: str
) -> None:
    executable("tools", "go", body)
    with pytest.raises(ToolchainError, match=fault):
        build.cached_cli()


def test_the_cli_is_built_once_and_laid_out_for_the_clone(
    tools: Path, go: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = ensure(tmp_path / "clone")
    assert folder == tmp_path / "clone" / ".toolchain" / "bin"
    assert subprocess.run([folder / "pulumi"], capture_output=True).stdout == b"v3.274.1\n"
    assert {f.name for f in folder.iterdir() if not f.name.startswith(".")} == {
        "pulumi",
        "pulumi-language-python",
        "pulumi-language-python-exec",
        "pulumi-resource-pulumi-python",
    }
    assert ensure(tmp_path / "clone") == folder
    assert ensure(tmp_path / "other clone") == tmp_path / "other clone" / ".toolchain" / "bin"
    assert builds(tools) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "Building the Pulumi CLI 3.274.1" in said.err


def test_another_pin_is_another_cache_folder(tools: Path, go: Path, tmp_path: Path) -> None:
    for name, digest in (("a", "one"), ("b", "two")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "go.mod").write_text("module m")
        (tmp_path / name / "go.sum").write_text(digest)
    first, second = build.cached_cli(tmp_path / "a"), build.cached_cli(tmp_path / "b")
    assert first != second
    assert first.parent == second.parent == tmp_path / "cache" / "pulumi-polytomic" / "toolchain"
    assert first.name.startswith("3.274.1-")


def test_a_failed_build_shows_what_go_said_and_leaves_nothing(
    tools: Path, executable: Write
) -> None:
    executable(
        "tools",
        "go",
        'case "$1" in version) echo go version go1.26.8 x;; *) echo "no such host" >&2; exit 1;; '
        "esac",
    )
    with pytest.raises(ToolchainError, match=r"(?s)exit code 1\):\nno such host\n.*GOPROXY"):
        build.cached_cli()
    assert [f.name for f in build.cache_folder().parent.iterdir()] == [".lock"]


def test_a_build_of_another_version_is_not_kept(tools: Path, go: Path, executable: Write) -> None:
    executable("tools", "go", GO.replace("v3.274.1", "v3.1.0"))
    with pytest.raises(ToolchainError, match=r"does not say that it is 3\.274\.1"):
        build.cached_cli()
    assert not build.cache_folder().exists()


def test_a_cache_with_a_file_missing_is_built_anew(tools: Path, go: Path) -> None:
    folder = build.cached_cli()
    (folder / "pulumi-language-python-exec").unlink()
    assert (build.cached_cli() / "pulumi-language-python-exec").exists()
    assert builds(tools) == 2


def test_two_at_once_build_once(tools: Path, go: Path, executable: Write) -> None:
    executable("tools", "go", GO.replace("build)", "build) sleep 0.3"))
    threads = [threading.Thread(target=build.cached_cli) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert builds(tools) == 1
    assert (build.cache_folder() / "pulumi").exists()


def test_a_held_lock_is_waited_for_and_dropped_when_its_holder_dies(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time, pathlib\nfrom toolchain.locking import exclusive\n"
            f"with exclusive(pathlib.Path({str(lock)!r})):\n"
            "    print('held', flush=True); time.sleep(60)",
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    tries: list[float] = []

    def waiting() -> None:
        tries.append(time.monotonic())
        holder.kill()

    with exclusive(lock, waiting=waiting):
        assert tries
    holder.wait()
    holder.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_build_that_was_ended_in_the_middle_is_no_cache_and_no_litter(
    tools: Path, go: Path, executable: Write, tmp_path: Path, number: signal.Signals
) -> None:
    started = tmp_path / "started"
    slow = GO.replace("build)", f'build) echo x > "{started}"; exec sleep 5')
    executable("tools", "go", slow)
    process = subprocess.Popen(
        [sys.executable, "-m", "toolchain", "ensure"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 10
    while not started.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(number)
    process.wait(timeout=10)
    assert process.returncode in (-number, 128 + number)
    assert not build.cache_folder().exists()
    executable("tools", "go", GO)
    assert (build.cached_cli() / "pulumi").exists()
    assert sorted(f.name for f in build.cache_folder().parent.iterdir()) == sorted(
        [".lock", build.cache_folder().name]
    )
    for pipe in (process.stdout, process.stderr):
        assert pipe is not None
        pipe.close()


def test_the_command_prints_an_empty_line_where_path_has_a_good_pulumi(
    tools: Path, executable: Write
) -> None:
    executable("tools", "pulumi-language-python", "")
    executable("tools", "pulumi", "echo v3.274.1")
    answer = subprocess.run(
        [sys.executable, "-m", "toolchain", "ensure"], cwd=ROOT, capture_output=True, check=False
    )
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, b"\n", b"")


def test_the_command_fails_with_one_message_and_no_traceback(tools: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "toolchain", "ensure"], cwd=ROOT, capture_output=True, check=False
    )
    assert (answer.returncode, answer.stdout) == (1, b"")
    assert answer.stderr.startswith(b"error: There is no `pulumi` on PATH")
