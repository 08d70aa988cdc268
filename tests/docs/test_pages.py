"""The documents hold together: their blocks are run, links lead somewhere, commands exist."""

import re
from collections.abc import Iterator

import pytest
import yaml

from sandbox.settings import Settings

from .not_run import NOT_RUN
from .pages import ROOT, RUNNABLE, Block, blocks, pages, text_of

# Notes for developers beside the code of a part are tested with that part.
OURS = [page for page in pages() if re.match(r"[A-Z]+\.md|docs/|examples/", page)]
LINK = re.compile(r"\]\(([^)\s]+)\)")


def all_blocks() -> Iterator[Block]:
    for page in OURS:
        yield from blocks(page)


@pytest.mark.parametrize("page", OURS)
def test_every_command_and_program_says_where_it_runs(page: str) -> None:
    for block in blocks(page):
        assert block.language, f"{block.place}: say the language of the block"
        if block.language in RUNNABLE:
            assert block.kind in ("runs in", "file"), f"{block.place}: no marker above the block"


@pytest.mark.parametrize("page", OURS)
def test_every_block_with_a_marker_is_run(page: str) -> None:
    from .test_reader import FOLLOWED, HOMES

    for block in blocks(page):
        if block.kind == "runs in":
            home = block.target.removesuffix(" with python")
            if page.startswith("examples/"):
                assert home == "example", block.place
            else:
                assert page in FOLLOWED, f"{page} is not followed by test_reader.py"
                assert home in HOMES, block.place
        if block.kind == "file":
            assert block.target.split("/")[0] in HOMES, block.place


def test_what_is_not_run_stands_in_a_document_and_has_a_reason() -> None:
    written = {line for block in all_blocks() for line in block.lines}
    assert [line for line in NOT_RUN if line not in written] == []
    assert [line for line, reason in NOT_RUN.items() if len(reason) < 20] == []


def test_every_make_target_that_is_named_exists_and_is_in_the_help() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = set(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split())
    helped = set(re.findall(r'echo "make ([a-z-]+) ', makefile))
    named = {
        target for page in OURS for target in re.findall(r"(?:`|^)make ([a-z-]+)", text_of(page))
    }
    assert {"up", "test", "test-fast", "lint", "down"} <= named
    assert named - {"help"} <= helped <= phony


@pytest.mark.parametrize("page", pages())
def test_links_inside_the_repository_lead_somewhere(page: str) -> None:
    for target in LINK.findall(text_of(page)):
        if target.startswith("https://"):
            continue
        assert not target.startswith(("http:", "/")), f"{page}: {target}"
        path, _, anchor = target.partition("#")
        found = (ROOT / page).parent / path if path else ROOT / page
        assert found.exists(), f"{page}: {target}"
        if anchor:
            assert anchor in anchors(found.read_text()), f"{page}: {target}"


def test_every_page_of_the_docs_can_be_reached_from_the_readme() -> None:
    reached, to_read = set(), ["README.md"]
    while to_read:
        page = to_read.pop()
        if page in reached:
            continue
        reached.add(page)
        for target in LINK.findall(text_of(page)):
            path = ((ROOT / page).parent / target.split("#")[0]).resolve()
            if path.is_dir():
                path = path / "README.md"
            if path.suffix == ".md" and path.is_file():
                to_read.append(str(path.relative_to(ROOT)))
    assert [page for page in OURS if page not in reached] == []


@pytest.mark.parametrize("page", pages())
def test_no_path_of_a_machine_and_no_registry_host(page: str) -> None:
    text = text_of(page)
    # In parts, so that this file names none of them either.
    parts = (("pypi", "org"), ("pythonhosted", "org"), ("proxy", "golang", "org"), ("npmjs", "org"))
    hosts = [".".join(part) for part in parts]
    assert [host for host in hosts if host in text] == []
    assert re.findall(r"(?:/home/|/work/|/root/|/Users/|[^.]/tmp/)\S*", text) == []


def test_the_sandbox_page_lists_every_setting_with_its_default() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\S+) \|", text_of("docs/sandbox.md"), re.MULTILINE)
    shown = {name: yaml.safe_load(default.strip("`")) for name, default in rows}
    assert shown == Settings().as_dict()


def test_the_readme_lists_every_example_and_each_says_when_to_use_it() -> None:
    linked = set(re.findall(r"\]\(examples/([a-z-]+)\)", text_of("README.md")))
    there = {path.parent.name for path in ROOT.glob("examples/*/Pulumi.yaml")}
    assert linked == there
    for name in there:
        assert "Use this when" in text_of(f"examples/{name}/README.md"), name


def anchors(text: str) -> set[str]:
    """The anchors that GitHub makes of the headings."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings
    }
