"""The documents of this repository, as tests look into them."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDERS = ("docs", "libs", "services", "deploy")


def documents() -> list[Path]:
    """Return every document."""
    return [*ROOT.glob("*.md"), *(path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.md")))]


def told_operators() -> str:
    """Return all that operators are told."""
    pages = [ROOT / "docs/operate.md", *sorted((ROOT / "docs/operate").glob("*.md"))]
    return "\n".join(page.read_text(encoding="utf-8") for page in pages)
