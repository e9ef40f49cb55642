"""How a party may be reached, and about what."""

from dataclasses import dataclass, field
from uuid import UUID

EVERYTHING = frozenset({"all", "*"})
LANGUAGES = ("vi", "en", "lo", "th", "ja")


@dataclass(frozen=True)
class Contact:
    """A party's contact; one that was erased has no name, no address and may be told nothing."""

    party_id: UUID
    display_name: str = field(default="", repr=False)
    email: str | None = field(default=None, repr=False)
    language: str = "vi"
    preferred_channels: tuple[str, ...] = ()
    may_be_told: tuple[str, ...] = ()


def greeted_name(contact: Contact) -> str:
    """Return the name to greet by; empty where only the address is known, which is no name to be greeted by."""
    return "" if "@" in contact.display_name else contact.display_name


def may_tell(contact: Contact, purpose: str) -> bool:
    """Whether consent or legal basis allows the purpose, and the party wants to be written to at all."""
    allowed = purpose in contact.may_be_told or not EVERYTHING.isdisjoint(contact.may_be_told)
    return allowed and bool(contact.preferred_channels)


def order_of_languages(language: str) -> tuple[str, ...]:
    """Return the languages of a text, first the reader's own; English and Vietnamese always, for who helps to read it."""
    if language == "vi":
        return ("vi", "en")
    return tuple(dict.fromkeys((language if language in LANGUAGES else "en", "en", "vi")))
