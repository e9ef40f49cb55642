"""Renders a notice: subject, text and HTML, in both languages, from one template per purpose.

Each template is rendered twice: with the kit of plain text, and, escaped, with the kit of MJML that becomes HTML.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

import mrml
from babel.dates import format_date, format_time
from jinja2 import Environment, PackageLoader, StrictUndefined, Template, TemplateError

from common.calendar import VIETNAM
from notifications.editions.domain import Booth, Edition, Paper, Words

LOCALES = {"vi": "vi", "en": "en_GB"}
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
DATE_FORMS = {"vi": "dd/MM/yyyy", "en": "d MMMM yyyy"}


class UnrenderableError(ValueError):
    """A notice cannot be put into words; the template and the facts do not fit."""


@dataclass(frozen=True)
class Days:
    first: date
    last: date


@dataclass(frozen=True)
class QuotedPaper:
    """A paper with the name of its type."""

    name: Words
    paper: Paper


@dataclass(frozen=True)
class Message:
    """All that a template may print; what is not known is None or empty.

    Attributes:
        languages: those of the mail, the reader's own first.
        papers: the papers behind it, the nearest first.
        move_in_on: the day on which booths are set up.
        is_asked_again: an offer is made anew for new dates.
        application_id, points, position: as text where a form's blank stands for them.
    """

    purpose: str
    languages: tuple[str, ...]
    is_to_agency: bool
    recipient_name: str
    vendor_name: str | None
    application_id: UUID | str | None
    edition: Edition
    papers: tuple[QuotedPaper, ...]
    reasons: tuple[Words, ...]
    reason: Words | None
    booths: tuple[Booth, ...]
    old_booths: tuple[Booth, ...]
    reply_by_at: datetime | None
    offer_id: UUID | None
    booths_granted: int | None
    products: tuple[str, ...]
    revision: int
    points: int | str | None
    merits: tuple[Words, ...]
    position: int | str | None
    support_percent: int | None
    old_days: Days | None
    new_days: Days | None
    appeal_working_days: int
    move_in_on: date
    kit: tuple[Words, ...]
    terms: tuple[Words, ...]
    is_asked_again: bool


@dataclass(frozen=True)
class Places:
    """Where a mail leads: who helps, the page to answer an offer, the plan of the street."""

    contact: str
    answer_link: Callable[[UUID], str]
    plan_link: Callable[[UUID], str]


@dataclass(frozen=True)
class Rendered:
    subject: str
    text: str
    html: str


def say_date(on: date, language: str) -> str:
    """Return a day as people write it: 05/03/2020, 5 March 2020."""
    return format_date(on, DATE_FORMS[language], locale=LOCALES[language])


def say_days(days: Days | Edition, language: str) -> str:
    first_on, last_on = (days.first, days.last) if isinstance(days, Days) else (days.first_on, days.last_on)
    first, last = say_date(first_on, language), say_date(last_on, language)
    if first == last:
        return first
    return f"từ {first} đến {last}" if language == "vi" else f"{first} to {last}"


def say_instant(instant: datetime, language: str) -> str:
    """Return an instant as the clocks in Vietnam show it, which the text says."""
    local = instant.astimezone(VIETNAM)
    clock = format_time(local, "HH:mm", locale=LOCALES[language])
    on = say_date(local.date(), language)
    return f"{clock} ngày {on} (giờ Việt Nam)" if language == "vi" else f"{clock} on {on} (Vietnam time)"


def say_paper(quoted: QuotedPaper, language: str) -> str:
    """Return a paper as one quotes it: Kế hoạch số 100/KH-UBND ngày 15/05/2020: its title."""
    name, paper = quoted.name, quoted.paper
    number = paper.number.zfill(2) if paper.number else None
    code = "/".join(part for part in (number, paper.notation) if part)
    on = say_date(paper.issued_on, language) if paper.issued_on else None
    if language == "vi":
        parts = [name.vi, f"số {code}" if code else None, f"ngày {on}" if on else None]
    else:
        parts = [name.en, f"No. {code}" if code else None, f"of {on}" if on else None]
    return f"{' '.join(part for part in parts if part)}: {paper.title}"


def say_papers(papers: Sequence[QuotedPaper], language: str) -> list[str]:
    return [say_paper(paper, language) for paper in papers]


def say_booth(booth: Booth, language: str) -> str:
    """Return a booth with what is known of it."""
    parts = [booth.booth_code]
    if booth.zone is not None:
        parts.append(booth.zone.vi if language == "vi" else booth.zone.en)
    if booth.area_m2 is not None:
        parts.append(f"{booth.area_m2:g} m²".replace(".", "," if language == "vi" else "."))
    if booth.corner:
        parts.append("gian góc" if language == "vi" else "corner")
    return ", ".join(parts)


def say_codes(booths: Sequence[Booth]) -> str:
    return ", ".join(booth.booth_code for booth in booths)


def say_counted(booths: Sequence[Booth], word: str) -> str:
    """Return booths in English after their word: booth A01, booths B38, B40."""
    return f"{word}{'' if len(booths) == 1 else 's'} {say_codes(booths)}"


def choose_number(booths: Sequence[Booth], singular: str, plural: str) -> str:
    """Return the English word that goes with one booth or with several."""
    return singular if len(booths) == 1 else plural


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", _clean(text)).strip()


def is_tidy(text: str) -> bool:
    """Whether a text is printed as it is, wherever it stands."""
    return _one_line(text) == text


def _clean(text: str) -> str:
    """Return text without the control characters that XML does not take."""
    return text if text.isprintable() else CONTROLS.sub(" ", text)


def _finish(value: object) -> object:
    """Clean each value that a template prints; what is marked as safe was made of such values."""
    return _clean(value) if type(value) is str else value


@cache
def _environment(kit: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("notifications.messages"),
        autoescape=kit == "mjml",  # noqa: S701  # the other kit makes plain text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finish,
        auto_reload=False,
    )
    filters: dict[str, Any] = environment.filters
    filters.update(
        date=say_date,
        days=say_days,
        instant=say_instant,
        papers=say_papers,
        booth=say_booth,
        codes=say_codes,
        counted=say_counted,
        one_or_more=choose_number,
        one_line=_one_line,
    )
    variables: dict[str, Any] = environment.globals
    variables["kit_file"] = f"kit.{kit}.jinja"
    return environment


@cache
def _template(kit: str, name: str) -> Template:
    return _environment(kit).get_template(name)


def render(message: Message, places: Places) -> Rendered:
    """Return a notice in words.

    Raises:
        UnrenderableError: the template asks for something that is not there.
    """
    answer_link = places.answer_link(message.offer_id) if message.offer_id is not None else None
    values = {
        "m": message,
        "contact": places.contact,
        "answer_link": answer_link,
        "plan_link": places.plan_link(message.edition.edition_id),
        "content": f"{message.purpose}.jinja",
    }
    try:
        subject = _one_line(_template("text", "subject.jinja").render(values))
        text = re.sub(r"\n{3,}", "\n\n", _template("text", "layout.text.jinja").render(values)).strip() + "\n"
        mjml = _template("mjml", "layout.mjml.jinja").render(values | {"subject": subject})
        return Rendered(subject, text, mrml.to_html(mjml).content)
    except (TemplateError, ValueError) as error:
        raise UnrenderableError(f"{message.purpose}: {type(error).__name__}") from error
