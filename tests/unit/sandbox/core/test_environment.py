"""The environment file: what it sets, and what it takes away."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.environment import exports, process_environment, shell_lines
from sandbox.lifecycle_state import State

STATE = State(1, "x", {"aws": 1, "databricks": 2, "polytomic": 3, "control": 4}, "/tool's chain")


def sourced(folder: Path, environment: dict[str, str]) -> dict[str, str]:
    file = folder / "env"
    file.write_text(shell_lines(folder, STATE))
    program = "import json, os; print(json.dumps(dict(os.environ)))"
    answer = subprocess.run(
        ["/bin/sh", "-c", '. "$1" && exec "$2" -c "$3"', "sh", str(file), sys.executable, program],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, str] = json.loads(answer.stdout)
    return found


def test_it_takes_away_what_leads_to_a_users_own_accounts(tmp_path: Path) -> None:
    own = {
        "AWS_PROFILE": "production",
        "AWS_SESSION_TOKEN": "own",
        "AWS_ENDPOINT_URL_STS": "https://sts.example.com",
        "DATABRICKS_CONFIG_PROFILE": "production",
        "DATABRICKS_CLIENT_ID": "own",
        "PULUMI_ACCESS_TOKEN": "own",
        "PULUMI_CONFIG_PASSPHRASE_FILE": "own",
    }
    found = sourced(tmp_path, {**own, "PATH": os.defpath, "KEPT": "yes"})
    assert not set(own) & set(found)
    assert found["KEPT"] == "yes"


def test_the_users_own_files_are_out_of_the_way(tmp_path: Path) -> None:
    found = sourced(tmp_path, {"PATH": os.defpath, "AWS_CONFIG_FILE": "/home/own"})
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "DATABRICKS_CONFIG_FILE"):
        assert Path(found[name]).parent == tmp_path


def test_no_proxy_sees_loopback_calls(tmp_path: Path) -> None:
    found = sourced(tmp_path, {"PATH": os.defpath, "NO_PROXY": "intranet"})
    assert found["NO_PROXY"] == found["no_proxy"] == "127.0.0.1,localhost,intranet"


def test_the_virtual_environment_and_the_toolchain_come_first(tmp_path: Path) -> None:
    found = sourced(tmp_path, {"PATH": "/usr/bin:/bin"})
    scripts = str(Path(sys.executable).absolute().parent)
    assert found["PATH"] == f"{scripts}:/tool's chain:/usr/bin:/bin"


def test_the_file_and_the_client_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    found = sourced(tmp_path, dict(os.environ))
    assert {key: found[key] for key in exports(tmp_path, STATE)} == exports(tmp_path, STATE)
    assert "AWS_PROFILE" not in process_environment(tmp_path, STATE)
