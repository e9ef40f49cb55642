"""What code and documents cite can be opened: every document named is in this repository, every link leads to its part."""

import re
from pathlib import Path

import pytest
from tests.documents import ROOT, documents

NAMED = re.compile(r"(?<![\w/.-])([\w./-]*\w\.md)\b")
KINDS = ("*.py", "*.yaml", "*.yml", "*.json", "*.sh", ".env.example")  # what a person reads and is sent on from
LINK = re.compile(r"\]\((?!\w+:)([^)\s#]*)(?:#([^)\s]+))?\)")


def readable(folder: str) -> list[Path]:
    return [path for kind in KINDS for path in sorted((ROOT / folder).rglob(kind))]


def test_every_document_that_the_code_cites_is_there() -> None:
    missing = [
        f"{path.relative_to(ROOT)}: {cited}"
        for folder in ("libs", "services", "deploy", "tests")
        for path in readable(folder)
        for cited in NAMED.findall(path.read_text(encoding="utf-8"))
        if not ((ROOT / cited).is_file() or (path.parent / cited).is_file())
    ]
    assert not missing, missing


def anchors(document: Path) -> set[str]:
    """Return what a link into a document may name: its headings, as they are shown on the web."""
    headings = re.findall(r"(?m)^#+ (.+)$", document.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    wrong: list[str] = []
    for place, anchor in LINK.findall(document.read_text(encoding="utf-8")):
        target = (document.parent / place).resolve() if place else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            wrong.append(f"{place}#{anchor}" if anchor else place)
    assert wrong == []
