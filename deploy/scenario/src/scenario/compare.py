"""``python -m scenario.compare A B``: says whether two plays of one scenario gave the same, and names the first difference.

Figures, placements and counts are those of ``summary.json``; the plan and every report must be the same byte by byte.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from scenario.doors.system import Json

MISSING = "(missing)"


def first_difference(one: Path, other: Path) -> str | None:
    """Return the first difference between two plays' results, in words, or None.

    Raises:
        OSError: a folder holds no results.
    """
    summaries = [json.loads((folder / "summary.json").read_text(encoding="utf-8")) for folder in (one, other)]
    found = next(_differences("summary", *summaries), None)
    return found or next(_different_files(one, other), None)


def _differences(where: str, one: object, other: object) -> Iterator[str]:
    """Go down as far as both sides have the same shape, so that the smallest part is named."""
    if isinstance(one, dict) and isinstance(other, dict):
        left, right = Json(one), Json(other)
        for key in sorted({*left, *right}):
            yield from _differences(f"{where}.{key}", left.get(key, MISSING), right.get(key, MISSING))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for place, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from _differences(f"{where}[{place}]", left, right)
    elif one != other:
        yield f"{where}: {one!r} and {other!r}"


def _different_files(one: Path, other: Path) -> Iterator[str]:
    left, right = _documents(one), _documents(other)
    for name in sorted(left | right):
        if name not in left or name not in right:
            yield f"{name}: only in {one if name in left else other}"
        elif (one / name).read_bytes() != (other / name).read_bytes():
            yield f"{name}: the contents differ"


def _documents(folder: Path) -> set[str]:
    return {"plan.svg", *(f"reports/{path.name}" for path in (folder / "reports").iterdir())}


def main(arguments: list[str] | None = None) -> int:
    """Compare; return 0 when all is the same, 1 when not, 2 when there is nothing to compare."""
    parser = argparse.ArgumentParser(prog="scenario.compare", description="So hai lần chơi / compare two plays")
    parser.add_argument("one", type=Path, help="the results of a play: out/<scenario>")
    parser.add_argument("other", type=Path, help="the results of another")
    options = parser.parse_args(arguments)
    try:
        difference = first_difference(options.one, options.other)
    except OSError as error:
        sys.stderr.write(f"no results to compare: {error}\n")
        return 2
    if difference:
        sys.stderr.write(f"khác / differs: {difference}\n")
        return 1
    sys.stdout.write(f"giống nhau / the same: summary, plan and {len(_documents(options.one)) - 1} reports\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
