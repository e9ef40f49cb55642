"""What pages say, read from templates and source: English texts with ``{…}`` where something is filled in."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SAID = re.compile(r'\bt\(\s*"((?:[^"\\]|\\.)+)",\s*"((?:[^"\\]|\\.)+)"')
VIETNAMESE = re.compile("[ăâđêôơưáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]", re.IGNORECASE)


def of_templates(*folders: str) -> set[str]:
    """Return the English texts that the templates of folders say."""
    pages = [page.read_text() for folder in folders for page in (ROOT / folder).rglob("*.html")]
    return {en for page in pages for _, en in SAID.findall(page)}


def of_source(*files: str) -> set[str]:
    """Return the English texts that stand behind a Vietnamese one, in a call or a pair of source files."""
    return {en for file in files for en in _spoken_in(ast.parse((ROOT / file).read_text()))}


def of_tables(*tables: Mapping[Any, tuple[str, str]]) -> set[str]:
    """Return the English texts of tables."""
    return {en for table in tables for _, en in table.values()}


def _spoken_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        parts = node.args if isinstance(node, ast.Call) else node.elts if isinstance(node, ast.Tuple) else ()
        said = [text for text in map(_text_of, parts) if text]
        if len(said) > 1 and VIETNAMESE.search(said[-2]):
            yield said[-1]


def _text_of(node: ast.expr) -> str:
    """Return a text, with ``{…}`` for what is filled in; empty where it is none."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text_of(part) if isinstance(part, ast.Constant) else "{…}" for part in node.values)
    return ""
