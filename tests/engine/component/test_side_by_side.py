"""Two stacks at once, in one sandbox and in two."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sandbox import lifecycle
from sandbox.client import Sandbox

from .clouds import ROLE, assert_as_the_guides_ask, credentials, external_id, roles, staging
from .conftest import NewStack
from .deployment import Deployment

pytestmark = pytest.mark.engine


def test_two_stacks_at_once_do_not_touch_each_other(clean: Sandbox, new_stack: NewStack) -> None:
    names = ("dev", "prod")
    stacks = [new_stack(name) for name in names]
    with ThreadPoolExecutor() as threads:
        runs = [
            threads.submit(stack.up, staging(name=name))
            for stack, name in zip(stacks, names, strict=True)
        ]
        assert [run.result().summary for run in runs] == [{"create": 5}, {"create": 5}]
    ids = {assert_as_the_guides_ask(clean, f"{name}-polytomic-databricks") for name in names}
    assert len(ids) == 2
    stacks[0].destroy()
    assert roles(clean) == credentials(clean) == ["prod-polytomic-databricks"]
    assert set(stacks[1].up().summary) == {"same"}


def test_a_second_stack_with_the_same_names_is_refused_and_harms_nothing(
    clean: Sandbox, new_stack: NewStack
) -> None:
    first, second = new_stack("first"), new_stack("second")
    first.up(staging())
    assert f"'{ROLE}' already exists" in second.up(staging(), fails=True).text
    second.destroy()
    assert_as_the_guides_ask(clean)
    assert set(first.up().summary) == {"same"}


def test_two_sandboxes_at_once_do_not_see_each_other(
    clean: Sandbox, shell: dict[str, str], cli_folder: Path | None, tmp_path: Path
) -> None:
    folder = tmp_path / "other"
    lifecycle.start(folder, toolchain=cli_folder)
    try:
        other = Sandbox.load(folder)
        here, there = Deployment(clean, tmp_path / "here"), Deployment(other, tmp_path / "there")
        with ThreadPoolExecutor() as threads:
            runs = [threads.submit(stack.up, staging()) for stack in (here, there)]
            assert [run.result().summary for run in runs] == [{"create": 5}, {"create": 5}]
        assert assert_as_the_guides_ask(clean) != assert_as_the_guides_ask(other)
        there.destroy()
        assert roles(other) == []
        assert external_id(clean)
        assert set(here.up().summary) == {"same"}
    finally:
        lifecycle.stop(folder)
