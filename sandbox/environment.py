"""The shell environment in which Pulumi and the clients of all three services find a sandbox."""

import os
import shlex
import sys
from pathlib import Path
from typing import Final

from sandbox.identities import DEFAULT_REGION, administrator
from sandbox.lifecycle_state import ADDRESS, State, write_private
from sandbox.tokens import databricks_token, polytomic_api_key

UNSET: Final = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_ENDPOINT_URL_IAM",
    "AWS_ENDPOINT_URL_KMS",
    "AWS_ENDPOINT_URL_S3",
    "AWS_ENDPOINT_URL_STS",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
    "DATABRICKS_ACCOUNT_ID",
    "DATABRICKS_AUTH_TYPE",
    "DATABRICKS_CLIENT_ID",
    "DATABRICKS_CLIENT_SECRET",
    "DATABRICKS_CONFIG_PROFILE",
    "DATABRICKS_PASSWORD",
    "DATABRICKS_USERNAME",
    "PULUMI_ACCESS_TOKEN",
    "PULUMI_CONFIG_PASSPHRASE_FILE",
)
"""Variables that would lead a client to a user's own accounts in spite of the others."""


def exports(folder: Path, state: State) -> dict[str, str]:
    """What the environment file sets, PATH and NO_PROXY with this process's own at the end."""
    folder = folder.resolve()
    no_proxy = ",".join(filter(None, (ADDRESS, "localhost", os.environ.get("NO_PROXY"))))
    return {
        "PATH": os.pathsep.join((*_path(state), os.environ.get("PATH", os.defpath))),
        "NO_PROXY": no_proxy,
        "no_proxy": no_proxy,
        **_settings(folder, state),
    }


def process_environment(folder: Path, state: State) -> dict[str, str]:
    """This process's environment as it is after ``. <folder>/env``."""
    kept = {key: value for key, value in os.environ.items() if key not in UNSET}
    return kept | exports(folder, state)


def shell_lines(folder: Path, state: State) -> str:
    """The environment file's text, for any POSIX shell."""
    path = os.pathsep.join(_path(state))
    lines = [
        f"unset {' '.join(UNSET)}",
        f'export PATH={shlex.quote(path)}:"$PATH"',
        f'export NO_PROXY="{ADDRESS},localhost${{NO_PROXY:+,$NO_PROXY}}"',
        'export no_proxy="$NO_PROXY"',
    ]
    for key, value in _settings(folder.resolve(), state).items():
        lines.append(f"export {key}={shlex.quote(value)}")
    return "\n".join(lines) + "\n"


def write_environment(folder: Path, state: State) -> None:
    """Write ``<folder>/env`` and what it points to."""
    for name in ("state", "pulumi"):
        (folder / name).mkdir(exist_ok=True)
    for name in ("aws-config", "aws-credentials", "databrickscfg"):
        # Empty: it keeps a client from reading the user's own.
        write_private(folder / name, "")
    write_private(folder / "env", shell_lines(folder, state))


def _path(state: State) -> list[str]:
    # Not resolved: the virtual environment's python is a link to the system's.
    scripts = str(Path(sys.executable).absolute().parent)
    return [scripts, state.toolchain] if state.toolchain else [scripts]


def _settings(folder: Path, state: State) -> dict[str, str]:
    own = administrator(state.account_id)
    return {
        "PULUMI_POLYTOMIC_SANDBOX": str(folder),
        "PULUMI_HOME": str(folder / "pulumi"),
        "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "sandbox",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "AWS_ENDPOINT_URL": state.url("aws"),
        "AWS_ACCESS_KEY_ID": own.access_key_id,
        "AWS_SECRET_ACCESS_KEY": own.secret_access_key,
        "AWS_REGION": DEFAULT_REGION,
        "AWS_DEFAULT_REGION": DEFAULT_REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(folder / "aws-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "aws-credentials"),
        "DATABRICKS_HOST": state.url("databricks"),
        "DATABRICKS_TOKEN": databricks_token(state.account_id),
        "DATABRICKS_CONFIG_FILE": str(folder / "databrickscfg"),
        "POLYTOMIC_DEPLOYMENT_URL": state.url("polytomic"),
        "POLYTOMIC_API_KEY": polytomic_api_key(state.account_id),
    }
