"""What the player remembers while it plays: ids by the refs that the scenario's files use."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from common.tokens import Role
from scenario.doors.mailbox import Mailbox
from scenario.doors.system import Json, StoryFailedError, System
from scenario.script.model import Applicant
from scenario.script.scenario import Scenario
from scenario.script.steps import Selection


@dataclass
class Filed:
    """An applicant that the system knows."""

    applicant: Applicant
    application_id: str
    vendor_id: str

    @property
    def ref(self) -> str:
        return self.applicant.ref


@dataclass
class Story:
    """The play: the scenario, the system it is played on, and what came of it so far."""

    scenario: Scenario
    system: System
    mails: Callable[[], Path]
    edition_id: str = ""
    mailbox: Mailbox = field(default_factory=Mailbox)
    filed: dict[str, Filed] = field(default_factory=dict[str, Filed])
    drafts: set[str] = field(default_factory=set[str])
    begun: dict[str, str] = field(default_factory=dict[str, str])
    mailed: set[str] = field(default_factory=set[str])
    reports: dict[str, Json] = field(default_factory=dict[str, Json])
    rejected_by: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    comparison: str = ""
    invited: dict[str, str] = field(default_factory=dict[str, str])
    answers: str = ""
    handed_in: set[str] = field(default_factory=set[str])
    workbooks: dict[str, bytes] = field(default_factory=dict[str, bytes])

    def __post_init__(self) -> None:
        self.by_ref = {applicant.ref: applicant for applicant in self.scenario.applicants}
        self._by_application: dict[str, Filed] = {}

    def file(self, applicant: Applicant, row: Json) -> None:
        """Remember an applicant's ids."""
        filed = Filed(applicant, row["application_id"], row["vendor_id"])
        self.filed[applicant.ref] = filed
        self.drafts.add(applicant.ref)
        self._by_application[filed.application_id] = filed

    def of_application(self, application_id: str) -> Filed:
        return self._by_application[application_id]

    def has_ocop_product(self, application_id: str, on: date) -> bool:
        """Whether an applicant shows a product whose stars are valid on a day."""
        products = self.of_application(application_id).applicant.products
        return any(product.has_valid_star(on) for product in products)

    def chosen(self, selection: Selection, among: Iterable[str]) -> list[Filed]:
        """Return the chosen applicants in the order of the files."""
        possible = set(among)
        if selection is not None:
            possible &= set(selection)
        return [self.filed[ref] for ref in self.by_ref if ref in possible]

    def lot(self, topic: str, name: str, sides: int = 100) -> int:
        """Draw a number below ``sides`` that depends only on the seed, the topic and the name."""
        text = f"{self.scenario.seed}|{topic}|{name}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % sides

    async def command(self, name: str, body: Json | None = None) -> Json:
        """Give the edition a command as its organiser."""
        path = f"/registration/editions/{self.edition_id}/{name}"
        return await self.system.post(path, Role.ORGANISER, body)

    async def state(self) -> str:
        """Return the state of the edition."""
        view = await self.system.get(f"/registration/editions/{self.edition_id}", Role.ORGANISER)
        return str(view["state"])

    async def placements(self) -> list[Json]:
        """Return where every application stands, ordered by booth, then trade name."""
        path = f"/allocation/editions/{self.edition_id}/placements"
        found = await self.system.get_all(path, Role.ORGANISER)
        return sorted(found, key=lambda item: (item["booth_codes"] or ["~"], item["trade_name"]))

    async def booths_of(self, ref: str) -> list[str]:
        """Return the booths that an applicant holds."""
        wanted = self.filed[ref].application_id
        for placement in await self.placements():
            if placement["application_id"] == wanted and placement["booth_codes"]:
                return list(placement["booth_codes"])
        raise StoryFailedError(f"{ref} holds no booth, but the story gives figures for it")
