"""The documents' Python blocks are run, each document as one program, made small by the comments above its blocks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    "README.md",
    "README.ko.md",
    "docs/guide.md",
    "docs/guide.ko.md",
    "docs/recognisers.md",
    "docs/recognisers.ko.md",
    "docs/texts.md",
    "docs/texts.ko.md",
    "docs/forecaster.md",
    "docs/forecaster.ko.md",
    "docs/recommenders.md",
    "docs/recommenders.ko.md",
    "docs/art.md",
    "docs/art.ko.md",
    "docs/translator.md",
    "docs/translator.ko.md",
    "docs/wiring.md",
    "docs/wiring.ko.md",
    "docs/coming-from-keras.md",
    "docs/coming-from-keras.ko.md",
    "docs/coming-from-fastai.md",
    "docs/coming-from-fastai.ko.md",
    "docs/serving.md",
    "docs/serving.ko.md",
    "docs/studio.md",
    "docs/studio.ko.md",
    "docs/export.md",
    "docs/export.ko.md",
]
BLOCK = re.compile(r"(?:<!-- in tests: (?P<swaps>.*?) -->\n)?```python\n(?P<code>.*?)```", re.DOTALL)


def program(document: str) -> str:
    """The document's blocks one after the other, with line numbers kept and what is long made short."""
    text = (ROOT / document).read_text(encoding="utf-8")
    lines = [""] * (text.count("\n") + 1)
    for block in BLOCK.finditer(text):
        code = block["code"]
        for swap in (block["swaps"] or "").split(" | "):
            long, arrow, short = swap.partition(" -> ")
            assert not arrow or long in code, f"{document}: {long!r} is not in the block below its comment"
            code = code.replace(long, short) if arrow else code
        first = text.count("\n", 0, block.start("code"))
        lines[first : first + code.count("\n")] = code.splitlines()
    return "\n".join(lines)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_blocks_run(document: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("sklearn")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MAKEBELIEVE_RUNS")
    exec(compile(program(document), document, "exec"), {"__name__": "document"})


@pytest.mark.parametrize("document", [d for d in DOCUMENTS if ".ko." not in d])
def test_the_korean_document_has_the_same_blocks(document: str) -> None:
    def blocks(name: str) -> list[str]:
        text = (ROOT / name).read_text(encoding="utf-8")
        return [re.sub(r"\s*#.*", "", block["code"]) for block in BLOCK.finditer(text)]

    assert blocks(document) == blocks(document.replace(".md", ".ko.md"))


@pytest.mark.parametrize("document", [*DOCUMENTS, "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_to_files_lead_somewhere(document: str) -> None:
    place = ROOT / document
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", place.read_text(encoding="utf-8"))
    assert [link for link in links if not (place.parent / link).exists()] == []
