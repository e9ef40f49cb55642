"""What a round left behind, as plain data: the checker reads this and nothing else."""

from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]
OWNERS = {
    "registration": (),
    "allocation": ("registration",),
    "notifications": ("registration", "allocation"),
    "reporting": ("registration", "allocation", "notifications"),
}


@dataclass(frozen=True)
class Record:
    """A record of a topic."""

    topic: str
    partition: int
    offset: int
    key: str
    headers: dict[str, str]
    value: bytes | None


@dataclass
class ServiceState:
    """One service's delivery tables and its own tables, each a list of rows."""

    tables: dict[str, list[Row]] = field(default_factory=dict[str, list[Row]])

    def rows(self, table: str) -> list[Row]:
        return self.tables.get(table, [])

    @property
    def log(self) -> list[Row]:
        """The event log in order: position, key, key_sequence, event_id, name, subject, cause, data."""
        return self.rows("event_log")


@dataclass
class Evidence:
    """Everything about one round.

    Attributes:
        committed: committed offsets by group, then by topic and partition.
        mails: Message-ID and recipient of every mail, in order of arrival.
        texts: by where it was found, whatever must hold nothing personal: log lines, dead letters.
        planted: what is personal.
        resolved: by run, what the solver finds from the stored input.
        recovery_seconds: how long the system may take to be level once every part is back.
        broker_keeps: whether the topics outlived every kill of the broker.
    """

    history: list[Row] = field(default_factory=list[Row])
    services: dict[str, ServiceState] = field(default_factory=lambda: {name: ServiceState() for name in OWNERS})
    topics: dict[str, list[Record]] = field(default_factory=dict[str, list[Record]])
    committed: dict[str, dict[tuple[str, int], int]] = field(default_factory=dict[str, dict[tuple[str, int], int]])
    mails: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    texts: dict[str, str] = field(default_factory=dict[str, str])
    planted: tuple[str, ...] = ()
    resolved: dict[str, Any] = field(default_factory=dict[str, Any])
    broker_keeps: bool = True
    recovery_seconds: float = 30.0

    def of(self, service: str, table: str) -> list[Row]:
        return self.services[service].rows(table)

    def events(self, service: str, *names: str) -> list[Row]:
        """Return a service's events of some names, in order; all of them without names."""
        return [row for row in self.services[service].log if not names or row["name"] in names]

    def ended(self, kind: str, end: str) -> list[Row]:
        """Return the operations of a kind that ended so."""
        return [entry for entry in self.history if entry["what"] == end and entry.get("kind") == kind]

    @property
    def broker_was_emptied(self) -> bool:
        """Whether a broker that keeps nothing was killed."""
        return not self.broker_keeps and any(
            entry["what"] == "broker_emptied" or entry.get("fault") == "kill_broker" for entry in self.history
        )

    @property
    def lost_up_to(self) -> dict[str, int]:
        """The position, by owner, up to which a fault took records from the topics."""
        lost = [entry["positions"] for entry in self.history if entry["what"] == "records_lost"]
        return dict(lost[-1]) if lost else {}
