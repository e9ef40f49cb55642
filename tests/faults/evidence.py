"""What a round left behind, as plain data: the checker reads this and nothing else."""

from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]
CONTACTS = "ocop.registration.contacts"
OWNERS = {
    "registration": ("allocation",),
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
        unreadable: what a fault put on a public topic; it is on none of ``topics``.
        mails: Message-ID and recipient of every mail, in order of arrival.
        texts: by where it was found, whatever must hold nothing personal: log lines, dead letters.
        planted: what is personal.
        resolved: by run, what the solver finds from the stored input.
        recovery_seconds: how long the system may take to be level once every part is back.
        demanded: faults by name or title that the round must not be without, if they were planned.
        broker_keeps: whether the topics outlived every kill of the broker.
    """

    history: list[Row] = field(default_factory=list[Row])
    services: dict[str, ServiceState] = field(default_factory=lambda: {name: ServiceState() for name in OWNERS})
    topics: dict[str, list[Record]] = field(default_factory=dict[str, list[Record]])
    unreadable: list[Record] = field(default_factory=list[Record])
    mails: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    texts: dict[str, str] = field(default_factory=dict[str, str])
    planted: tuple[str, ...] = ()
    resolved: dict[str, Any] = field(default_factory=dict[str, Any])
    broker_keeps: bool = True
    recovery_seconds: float = 30.0
    demanded: tuple[str, ...] = ()

    def of(self, service: str, table: str) -> list[Row]:
        return self.services[service].rows(table)

    def events(self, service: str, *names: str) -> list[Row]:
        """Return a service's events of some names, in order; all of them without names."""
        return [row for row in self.services[service].log if not names or row["name"] in names]

    def ended(self, kind: str, end: str) -> list[Row]:
        """Return the operations of a kind that ended so."""
        return [entry for entry in self.history if entry["what"] == end and entry.get("kind") == kind]

    @property
    def looks(self) -> list[Row]:
        """Every look at committed offsets and the memory behind them."""
        return [entry for entry in self.history if entry["what"] == "committed"]

    def has_records_of(self, look: Row) -> bool:
        """Whether the topics still hold what a look's offsets count: neither the broker nor a fault has lost it since."""
        lost_at = max((entry["at"] for entry in self.history if entry["what"] == "records_lost"), default=0.0)
        return self.has_contacts_of(look) and bool(look["at"] >= lost_at)

    def has_contacts_of(self, look: Row) -> bool:
        """Whether the broker still holds the contacts that a look's offsets count; no fault deletes them."""
        life = max((entry["life"] for entry in self.history if entry["what"] == "broker_began"), default=1)
        return bool(look["broker_life"] == life)

    @property
    def lost_up_to(self) -> dict[str, int]:
        """The position, by owner, up to which a fault took records from the topics."""
        lost = [entry["positions"] for entry in self.history if entry["what"] == "records_lost"]
        return dict(lost[-1]) if lost else {}
