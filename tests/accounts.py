"""Two AWS accounts for a test: a sandbox for each, side by side."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sandbox import lifecycle
from sandbox.client import Sandbox

ACCOUNT = "123456789012"
OTHER_ACCOUNT = "222222222222"


@contextmanager
def two_accounts(folder: Path, toolchain: Path | None = None) -> Iterator[tuple[Sandbox, Sandbox]]:
    """The sandboxes of ``ACCOUNT`` and of ``OTHER_ACCOUNT``, in folders of their own below one.

    Neither takes the other's AWS keys, Databricks token or Polytomic key. ``toolchain`` is put on
    PATH by both their environments.
    """
    with ExitStack() as started:
        for account_id in (ACCOUNT, OTHER_ACCOUNT):
            started.callback(lifecycle.stop, folder / account_id)
            lifecycle.start(folder / account_id, toolchain, account_id)
        yield Sandbox.load(folder / ACCOUNT), Sandbox.load(folder / OTHER_ACCOUNT)


def aws_settings(sandbox: Sandbox) -> dict[str, object]:
    """Arguments of an ``aws.Provider`` that is in this sandbox's account, whatever the environment
    says."""
    services = ("iam", "kms", "s3", "sts")
    return {
        "region": "us-east-1",
        "access_key": sandbox.administrator.access_key_id,
        "secret_key": sandbox.administrator.secret_access_key,
        "endpoints": [dict.fromkeys(services, sandbox.aws_endpoint)],
    }
