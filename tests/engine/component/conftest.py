"""A clean sandbox and fresh stacks for each test."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.client import Sandbox

from .deployment import Deployment

NewStack = Callable[..., Deployment]


@pytest.fixture
def clean(sandbox: Sandbox) -> Sandbox:
    """The worker's sandbox, as new."""
    sandbox.reset()
    return sandbox


@pytest.fixture
def new_stack(clean: Sandbox, shell: dict[str, str], tmp_path: Path) -> NewStack:
    """Makes stacks in backends of their own, against a sandbox that is as new."""

    def make(name: str = "test", **settings: Any) -> Deployment:
        return Deployment(clean, tmp_path, name, **settings)

    return make


@pytest.fixture
def stack(new_stack: NewStack) -> Deployment:
    """One stack, against a sandbox that is as new."""
    return new_stack()
