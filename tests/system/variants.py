"""The small fair with some of its lines changed, as an organiser would change them."""

import shutil
from collections.abc import Sequence
from pathlib import Path

SMALL_FAIR = Path(__file__).parents[2] / "deploy/demo/small_fair"


def write_variant(folder: Path, *changes: tuple[str, str, str]) -> Path:
    """Copy the small fair and change (file, what stands there once, what stands there then)."""
    shutil.copytree(SMALL_FAIR, folder)
    for name, old, new in changes:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{name}: {old!r} stands there {text.count(old)} times"
        path.write_text(text.replace(old, new), encoding="utf-8")
    return folder


def answers_at(*moments: str) -> str:
    """Return steps in which all who hold an open offer confirm it."""
    return "".join(f'[[steps]]\nstep = "answer"\nat = {moment}\n\n' for moment in moments)


FIRST_COME: Sequence[tuple[str, str, str]] = (
    ("edition.toml", '"optimal_at_close"', '"first_come"'),
    (
        "story.toml",
        '[[steps]]\nstep = "supplement"\n',
        answers_at("2020-07-23T09:00:00") + '[[steps]]\nstep = "supplement"\n',
    ),
    ("story.toml", '{ booth_of = "62/2"', '{ booth_of = "40/1"'),
    ("story.toml", "# Rút sau khi", answers_at("2020-07-29T09:00:00") + "# Rút sau khi"),
)
