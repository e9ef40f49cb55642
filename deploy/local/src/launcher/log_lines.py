"""Shows the services' JSON log lines to a person: one line each, the process's name before it, in colour on a terminal."""

import json
import sys
from typing import Any, TextIO

COLOURS = {"registration": 36, "allocation": 33, "notifications": 35, "reporting": 32}
LEVEL_COLOURS = {"warning": 33, "error": 31, "critical": 31}
LEFT_OUT = ("event", "level", "timestamp", "logger", "service", "exception")


class LogScreen:
    """Writes lines of several processes to one stream."""

    def __init__(self, stream: TextIO = sys.stdout) -> None:
        self._stream = stream
        self._coloured = stream.isatty()

    def show(self, name: str, line: str) -> None:
        """Write one line of a process."""
        self._stream.write(
            f"{self._paint(f'{name:<13} |', COLOURS.get(name.split(maxsplit=1)[0], 37))} {self._readable(line)}\n"
        )
        self._stream.flush()

    def _readable(self, line: str) -> str:
        try:
            said: dict[str, Any] = json.loads(line)
            clock, level, event = said["timestamp"][11:19], said["level"], said["event"]
        except (ValueError, KeyError, TypeError):
            return line
        rest = " ".join(f"{name}={value}" for name, value in said.items() if name not in LEFT_OUT)
        label = self._paint(f"{level:<8}", LEVEL_COLOURS[level]) if level in LEVEL_COLOURS else f"{level:<8}"
        trace = f"\n{said['exception']}" if "exception" in said else ""
        return f"{clock} {label} {event} {rest}{trace}"

    def _paint(self, text: str, colour: int) -> str:
        return f"\033[{colour}m{text}\033[0m" if self._coloured else text
