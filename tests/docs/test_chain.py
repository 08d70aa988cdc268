"""The picture in the README is the one that its source describes."""

import html
import re
import shutil

import pytest

from docs import make_chain

from .pages import text_of


def test_the_picture_was_made_from_the_source_as_it_is() -> None:
    assert f"sha256 {make_chain.digest()} " in make_chain.PICTURE.read_text(), (
        "docs/chain.dot has changed; run: python -m docs.make_chain"
    )


def test_the_picture_says_all_that_the_source_says() -> None:
    labels = re.findall(r'label="([^"]+)"', make_chain.SOURCE.read_text())
    assert len(labels) >= 9
    shown = words(make_chain.PICTURE.read_text())
    for label in labels:
        for line in label.split("\\n"):
            assert line in shown, line


def test_the_readme_shows_the_picture_and_describes_it() -> None:
    assert re.search(r"!\[[^\]]{40,}\]\(docs/chain\.svg\)", text_of("README.md"))


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
def test_graphviz_draws_the_same_nodes_and_arrows() -> None:
    # Versions of Graphviz lay out differently by fractions of a point, so texts are compared.
    drawn, kept = make_chain.drawn(), make_chain.PICTURE.read_text()
    assert words(drawn) == words(kept)
    assert titles(drawn) == titles(kept)


def test_without_graphviz_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    assert make_chain.main() == 1
    assert "apt-get install graphviz" in capsys.readouterr().err


def words(svg: str) -> list[str]:
    return sorted(html.unescape(text) for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg))


def titles(svg: str) -> list[str]:
    return sorted(re.findall(r"<title>([^<]*)</title>", svg))
