"""What notices say about an edition."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True)
class Words:
    """A text in Vietnamese and English, which falls back to it, and where it is translated in other languages."""

    vi: str
    en: str
    lo: str = ""
    th: str = ""
    ja: str = ""

    def by(self, language: str) -> str:
        """Return the text in a language, in English where it is not translated."""
        return str(getattr(self, language)) or self.en


@dataclass(frozen=True)
class Paper:
    """A numbered paper as notices quote it."""

    type: str
    number: str | None
    notation: str | None
    issued_on: date | None
    title: str


@dataclass(frozen=True)
class Booth:
    """A booth; only its code is known while its plan is not."""

    booth_code: str
    zone: Words | None = None
    area_m2: float | None = None
    corner: bool = False
    power_sockets: int = 0


@dataclass(frozen=True)
class Edition:
    """An edition with its present dates and the papers behind them."""

    edition_id: UUID
    name: Words
    venue: Words
    first_on: date
    last_on: date
    closes_at: datetime
    plan_paper: Paper | None
    schedule_paper: Paper | None
    is_suspended: bool = False
    is_cancelled: bool = False
