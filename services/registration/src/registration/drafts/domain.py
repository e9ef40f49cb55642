"""A draft: what was typed so far, which save is the newest, and which of its fields are wrong or still empty."""

import json
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from common.errors import DomainError, FieldProblem
from registration.contents import Content, flatten, is_filled
from registration.vendors.domain import normalise_phone

MOST_LETTERS = 60_000
SAYS_MORE = ("tax_id_invalid", "required_now")
"""Codes whose own text is better than "fill this in"."""


class DraftSentError(DomainError):
    """The draft was sent; what it became is an application now."""

    code = "draft_sent"

    def __init__(self) -> None:
        super().__init__(
            "Bản nháp này đã được gửi; hãy mở hồ sơ để xem hoặc sửa.",
            "This draft was sent; open the application to see or change it.",
        )


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A draft as kept: ``content`` is what was typed, dates as texts; None once it was sent.

    ``owner`` is None where only its link opens it; ``contact_key`` tells apart who fills in such drafts, ``origin_key``,
    kept for an hour, from where they were begun.
    """

    draft_id: UUID
    edition_id: UUID
    owner: str | None
    vendor_id: UUID | None
    application_id: UUID | None = None
    content: Content | None
    version: int
    save_key: str | None
    created_at: datetime
    saved_at: datetime
    contact_key: str | None = None
    origin_key: str | None = None


class DraftChangedError(DomainError):
    """Somebody (another tab, another phone) has saved since; nothing was overwritten, both versions are told."""

    code = "draft_changed"
    status = 412

    def __init__(self, stored: Draft, sent: Content) -> None:
        super().__init__(
            "Bản nháp đã được lưu từ một cửa sổ hoặc máy khác. Chưa có gì bị ghi đè: hãy so sánh hai bản rồi lưu lại.",
            "The draft was saved from another window or device. Nothing was overwritten: compare both, then save again.",
            field="If-Match",
            version=stored.version,
        )
        self.stored = stored
        self.sent = sent


@dataclass(frozen=True)
class Saving:
    """A save: what was typed, the save's own key, and the version it was typed over (None: a new draft)."""

    content: Content
    save_key: str
    base_version: int | None


def check_size(content: Content) -> Iterator[FieldProblem]:
    """Check that a draft is no larger than an application can be typed."""
    if len(json.dumps(content, ensure_ascii=False)) > MOST_LETTERS:
        yield FieldProblem(
            "content", "too_long", f"Bản nháp dài quá {MOST_LETTERS} ký tự.", f"Longer than {MOST_LETTERS} characters."
        )


def key_of(address: str) -> str:
    """Return what tells addresses apart, whatever their case, and does not tell the address."""
    return sha256(unicodedata.normalize("NFC", address).strip().casefold().encode()).hexdigest()


def contact_key_of(content: Content) -> str | None:
    """Return what tells apart who fills in a draft: the e-mail, else the phone; None before either is typed."""
    contact = content.get("contact") or {}
    email, phone = (str(contact.get(name) or "").strip() for name in ("email", "phone"))
    if email:
        return key_of(email)
    return key_of(normalise_phone(phone) or phone) if phone else None


def is_repeated(stored: Draft, saving: Saving) -> bool:
    """Tell whether a save changes nothing: it is the newest one, sent again, or says what is stored."""
    return stored.save_key == saving.save_key or flatten(stored.content or {}) == flatten(saving.content)


def check_base(stored: Draft, saving: Saving) -> None:
    """Raise DraftChangedError unless the save was typed over the newest version."""
    if saving.base_version != stored.version:
        raise DraftChangedError(stored, saving.content)


@dataclass(frozen=True)
class Findings:
    """What is wrong in fields that are filled, and which fields must still be filled before sending."""

    wrong: tuple[FieldProblem, ...]
    missing: tuple[FieldProblem, ...]


def sort_problems(content: Content, problems: Sequence[FieldProblem]) -> Findings:
    """Tell apart mistakes in what was typed and what was not typed yet; one of each kind a field."""
    wrong = {one.field: one for one in problems if is_filled(content, one.field)}
    missing = {one.field: one for one in _missing(content, problems)}
    return Findings(tuple(wrong.values()), tuple(missing.values()))


def _missing(content: Content, problems: Sequence[FieldProblem]) -> Iterator[FieldProblem]:
    for one in problems:
        if not is_filled(content, one.field):
            told = one.code in SAYS_MORE
            yield (
                one
                if told
                else FieldProblem(one.field, "missing", "Cần điền trước khi gửi.", "To be filled in before sending.")
            )
