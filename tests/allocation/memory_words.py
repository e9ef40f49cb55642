"""How a solver that may not have the memory that it needs is told of: whichever of its parts meets the limit first."""

import re


def assert_told_of_memory(vi: str, en: str, most_mb: int) -> None:
    """Hold words to the limit and to what to make of it, in both languages."""
    assert re.search(f"cần nhiều hơn {most_mb} MB bộ nhớ được phép dùng", vi), vi
    assert re.search(f"need(s|ed) more than the {most_mb} MB of memory that it may have", en), en
