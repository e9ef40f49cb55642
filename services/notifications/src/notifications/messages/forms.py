"""Fills notices in: each is put into words once with blanks for what differs by recipient, and written many times.

Whatever decides about the words stays in the form's key, so a filled form is what rendering the notice would give.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from secrets import token_hex
from uuid import UUID

from markupsafe import escape

from notifications.editions.domain import Booth, Words
from notifications.messages.documents import Rendered, is_tidy, render
from notifications.messages.domain import Message, Places, link_of, reasons_link_of

FORMS = 48
"""Forms that are kept, the last used; one takes some 30 KB."""
ANYTHING = UUID(int=0)


class Blanks:
    """Stands in for values: equal ones share a blank, nothing stays nothing."""

    def __init__(self, mark: str) -> None:
        self._mark = mark
        self._names: dict[str, str] = {}

    @property
    def values(self) -> list[str]:
        return list(self._names)

    def take(self, value: str) -> str:
        """Return the blank of a value, which is as true or false as the value."""
        return self._names.setdefault(value, f"{self._mark}{len(self._names):04d}") if value else value

    def words(self, words: Words) -> Words:
        return Words(*(self.take(one) for one in (words.vi, words.en, words.lo, words.th, words.ja)))

    def booth(self, booth: Booth) -> Booth:
        return replace(booth, booth_code=self.take(booth.booth_code))

    def message(self, message: Message) -> Message:
        """Return a message with blanks in the place of what differs by recipient."""
        return replace(
            message,
            recipient_name=self.take(message.recipient_name),
            vendor_name=message.vendor_name and self.take(message.vendor_name),
            application_id=message.application_id and self.take(str(message.application_id)),
            offer_id=message.offer_id and ANYTHING,
            invitation_id=message.invitation_id and ANYTHING,
            draft_id=message.draft_id and ANYTHING,
            reasons=tuple(self.words(one) for one in message.reasons),
            merits=tuple(self.words(one) for one in message.merits),
            booths=tuple(self.booth(one) for one in message.booths),
            old_booths=tuple(self.booth(one) for one in message.old_booths),
            products=tuple(self.take(one) for one in message.products),
            lapsed=tuple(replace(one, name=self.take(one.name)) for one in message.lapsed),
            lapsing_papers=tuple(self.words(one) for one in message.lapsing_papers),
            points=message.points and self.take(str(message.points)),
            position=message.position and self.take(str(message.position)),
            changes=tuple(self.words(one) for one in message.changes),
            draw_number=None if message.draw_number is None else self.take(str(message.draw_number)),
        )


@dataclass(frozen=True)
class Text:
    """A text with blanks: what stands between them, and which value each takes."""

    between: tuple[str, ...]
    order: tuple[int, ...]

    def fill(self, values: Sequence[str]) -> str:
        pieces = [""] * (len(self.between) + len(self.order))
        pieces[0::2] = self.between
        pieces[1::2] = [values[number] for number in self.order]
        return "".join(pieces)


@dataclass(frozen=True)
class Form:
    """A notice with blanks."""

    subject: Text
    text: Text
    html: Text


class Forms:
    """The forms of one process; they lead to its places."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._mark = f"blank{token_hex(8)}"  # nobody who is written to can know it
        self._pattern = re.compile(rf"{self._mark}(\d{{4}})")
        self._form = lru_cache(FORMS)(self._write_form)

    def render(self, message: Message) -> Rendered:
        """Return a notice in words.

        Raises:
            UnrenderableError: the template asks for something that is not there.
        """
        blanks = Blanks(self._mark)
        link = blanks.take(link_of(message, self._places) or "")
        reasons_link = blanks.take(reasons_link_of(message, self._places) or "")
        blanked = blanks.message(message)
        values = blanks.values
        if not all(is_tidy(value) for value in values):  # what a template would put right cannot be filled in after it
            return render(message, self._places)
        form = self._form(blanked, link, reasons_link)
        escaped = [str(escape(value)) for value in values]
        return Rendered(form.subject.fill(values), form.text.fill(values), form.html.fill(escaped))

    def _write_form(self, message: Message, answer_link: str, reasons_link: str) -> Form:
        def lead(_subject: UUID | str, _more: object = None) -> str:
            return answer_link

        def explain(_application_id: UUID | str, _language: str) -> str:
            return reasons_link

        places = replace(
            self._places,
            answer_link=lead,
            invitation_link=lead,
            draft_link=lead,
            application_link=lead,
            reasons_link=explain,
        )
        rendered = render(message, places)
        return Form(self._cut(rendered.subject), self._cut(rendered.text), self._cut(rendered.html))

    def _cut(self, text: str) -> Text:
        pieces = self._pattern.split(text)
        return Text(tuple(pieces[0::2]), tuple(int(number) for number in pieces[1::2]))
