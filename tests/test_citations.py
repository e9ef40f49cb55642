"""What the code cites can be opened: every document named in it is in this repository."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
NAMED = re.compile(r"(?<![\w/.-])([\w./-]*\w\.md)\b")


def test_every_document_that_the_code_cites_is_there() -> None:
    missing = [
        f"{path.relative_to(ROOT)}: {cited}"
        for folder in ("libs", "services", "deploy", "tests")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for cited in NAMED.findall(path.read_text(encoding="utf-8"))
        if not ((ROOT / cited).is_file() or (path.parent / cited).is_file())
    ]
    assert not missing, missing
