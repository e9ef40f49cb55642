"""What befalls the editions of a round, each at its moment: dealt in turn, so that a short round has every one of them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fate:
    """What befalls one edition; an empty moment is never.

    Attributes:
        cut: when it gets fewer booths: ``open``, ``closed`` (before the places are released), ``answered``.
        cancelled: when it is called off: ``closed``, ``answered``, ``suspended``.
        is_suspended: it is suspended between the first answers and the second, and goes on on new dates.
        is_put_off: it gets new dates without that.
        is_stopped: it is suspended on its first day, and held on new dates.
    """

    cut: str = ""
    cancelled: str = ""
    is_suspended: bool = False
    is_put_off: bool = False
    is_stopped: bool = False


QUIET = Fate()
# Eight of eleven live on. Eleven goes together with neither the three kinds of policy nor the two fairs side by side.
COURSE = (
    Fate(is_suspended=True),
    Fate(cut="answered"),
    Fate(is_put_off=True),
    Fate(cancelled="answered"),
    Fate(is_stopped=True),
    Fate(is_suspended=True, cut="answered"),
    QUIET,
    Fate(is_suspended=True, cancelled="suspended"),
    Fate(cut="closed", is_put_off=True),
    Fate(cancelled="closed"),
    Fate(cut="open"),
)


def fate_of(number: int, seed: int) -> Fate:
    """Return what befalls the number-th edition of a round."""
    return COURSE[(number + seed) % len(COURSE)]
