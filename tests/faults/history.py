"""The history of a round: each operation as invoked, ok, failed or unknown, each fault and each recovery, as JSON lines."""

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

Entry = dict[str, Any]
ENDS = ("ok", "failed", "unknown")


@dataclass
class History:
    """Writes entries as they happen, each line whole, so that a history cut short can still be read."""

    path: Path
    entries: list[Entry] = field(default_factory=list[Entry])
    _file: TextIO | None = None
    _begun: float = field(default_factory=time.monotonic)
    _operations: int = 0

    def note(self, what: str, **more: Any) -> Entry:
        """Write one entry with the seconds since the round began."""
        entry: Entry = {"at": round(time.monotonic() - self._begun, 3), "what": what, **more}
        self.entries.append(entry)
        if self._file is None:
            self._file = self.path.open("a", encoding="utf-8")
        self._file.write(json.dumps(entry, ensure_ascii=False, default=str) + "\n")
        self._file.flush()
        return entry

    def invoke(self, kind: str, **more: Any) -> int:
        """Write that an operation begins; return its number."""
        self._operations += 1
        self.note("invoked", op=self._operations, kind=kind, **more)
        return self._operations

    def end(self, operation: int, kind: str, end: str, **more: Any) -> None:
        """Write how an operation ended; what nobody was told stays unknown."""
        self.note(end, op=operation, kind=kind, **more)

    def around(self, at: float, lines: int = 40) -> list[Entry]:
        """Return the entries around a moment."""
        near = [index for index, entry in enumerate(self.entries) if entry["at"] <= at]
        middle = near[-1] if near else 0
        return self.entries[max(0, middle - lines // 2) : middle + lines // 2]

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def read_history(path: Path) -> list[Entry]:
    """Return the entries of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
