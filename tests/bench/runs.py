"""The default scenario's run solved once more: seconds of each pass, and whether it is proven optimal.

Its input is that of the dossier of a play, and the result must be the one that the dossier tells, byte by byte.
"""

import logging
from dataclasses import dataclass
from pathlib import Path

from allocation.commands import run_again
from allocation.runs import solver_passes


@dataclass(frozen=True)
class PassTime:
    name: str
    seconds: float
    is_proven: bool


class Passes(logging.Handler):
    """Hears of each pass as it ends."""

    def __init__(self) -> None:
        super().__init__()
        self.times: list[PassTime] = []

    def emit(self, record: logging.LogRecord) -> None:
        if isinstance(record.args, tuple) and len(record.args) == 3:
            name, seconds, is_proven = record.args
            if isinstance(seconds, float):
                self.times.append(PassTime(str(name), seconds, bool(is_proven)))


def measure(dossier: Path) -> list[PassTime]:
    """Return the passes of the run in their order.

    Raises:
        ValueError: what is found is not what the dossier tells.
    """
    passes = Passes()
    silenced, logging.root.manager.disable = logging.root.manager.disable, logging.NOTSET
    solver_passes.log.addHandler(passes)
    solver_passes.log.setLevel(logging.DEBUG)
    told, found = run_again(dossier)
    solver_passes.log.removeHandler(passes)
    logging.disable(silenced)
    if told != found:
        raise ValueError("another result than the dossier tells")
    if not passes.times:
        raise ValueError("the solver told of no pass")
    return passes.times
