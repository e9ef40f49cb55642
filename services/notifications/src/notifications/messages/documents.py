"""Renders a notice: subject, text and HTML, in both languages, from one template per purpose.

Each template is rendered twice: with the kit of plain text, and, escaped, with the kit of MJML that becomes HTML.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import mrml
from jinja2 import Environment, PackageLoader, StrictUndefined, Template, TemplateError

from notifications.messages.domain import Message, Places, link_of, reasons_link_of
from notifications.translations.documents import Links, translate
from notifications.wording.documents import (
    choose_number,
    say_booth,
    say_codes,
    say_counted,
    say_date,
    say_days,
    say_instant,
    say_lapses,
    say_papers,
)

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class UnrenderableError(ValueError):
    """A notice cannot be put into words; the template and the facts do not fit."""


@dataclass(frozen=True)
class Rendered:
    subject: str
    text: str
    html: str


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
        lapses=say_lapses,
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
    answer_link, plan_link = link_of(message, places), places.plan_link(message.edition.edition_id)
    reasons_link = reasons_link_of(message, places)
    values = {
        "m": message,
        "contact": places.contact,
        "answer_link": answer_link,
        "plan_link": plan_link,
        "reasons_link": reasons_link,
        "translated": translate(message, Links(answer_link, plan_link, reasons_link), places.contact),
        "content": f"{message.purpose}.jinja",
    }
    try:
        subject = _one_line(_template("text", "subject.jinja").render(values))
        text = re.sub(r"\n{3,}", "\n\n", _template("text", "layout.text.jinja").render(values)).strip() + "\n"
        mjml = _template("mjml", "layout.mjml.jinja").render(values | {"subject": subject})
        return Rendered(subject, text, mrml.to_html(mjml).content)
    except (TemplateError, ValueError) as error:
        raise UnrenderableError(f"{message.purpose}: {type(error).__name__}") from error
