"""Puts the facts of a notice into the parts that a translation is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from notifications.languages.packs import TRANSLATED, common_words, wording_of
from notifications.messages.domain import Message
from notifications.translations.domain import Part, Translation, compose
from notifications.wording.documents import (
    say_booth,
    say_codes,
    say_date,
    say_days,
    say_instant,
    say_lapses,
    say_papers,
)


@dataclass(frozen=True)
class Links:
    """Where a notice leads; None where there is nothing to do, or no reasons to read."""

    answer: str | None
    plan: str
    reasons: str | None


def translate(message: Message, links: Links, contact: str) -> dict[str, Translation]:
    """Return the notice in those of its languages that have packs."""
    return {
        language: _translate(message, language, links, contact)
        for language in message.languages
        if language in TRANSLATED
    }


def _translate(message: Message, language: str, links: Links, contact: str) -> Translation:
    words = common_words(language)
    again = "_again" if message.is_asked_again and message.purpose == "booth_offered" else ""
    lapsed = _lapsed(message) if message.purpose == "application_accepted" else ""
    lost = "_lost" if message.old_booths and message.purpose == "application_waitlisted" else ""
    recipient = message.recipient_name or words["recipient_unnamed"]
    greeting = Part("paragraph", words["greeting"].format(recipient=recipient))
    return compose(
        wording_of(language, message.purpose + again + lapsed + lost),
        _values(message, language),
        {**_lists(message, language), **_facts(message, language), **_links(words, links)},
        (greeting, _ending(message, language, contact)),
    )


def _lapsed(message: Message) -> str:
    """Return which wording tells an acceptance again, if one does: products are left, or none and a day to answer by; or papers lapse."""
    if not message.lapsed:
        return "_renewed" if message.renewed else "_papers" if message.lapsing_papers else ""
    return "_lapsed" if message.products or message.reply_by_at is None else "_nothing_left"


def _values(message: Message, language: str) -> dict[str, str]:
    """Return what the placeholders of a pack stand for."""
    return {
        "vendor": message.vendor_name or common_words(language)["your_organisation"],
        "booths": say_codes(message.booths),
        "old_booths": say_codes(message.old_booths),
        "reply_by": say_instant(message.reply_by_at, language) if message.reply_by_at else "",
        "position": str(message.position or ""),
        "appeal_days": str(message.appeal_working_days),
        "agency": message.agency.by(language) if message.agency else "",
        "closes_at": say_instant(message.edition.closes_at, language),
        "new_dates": say_days(message.new_days, language) if message.new_days else "",
    }


def _lists(message: Message, language: str) -> dict[str, list[Part]]:
    words = common_words(language)
    percent = message.support_percent
    cost = words["unsupported"] if percent is None else words["supported"].format(percent=percent)
    reason = message.reason and message.reason.by(language)

    def listed(items: Sequence[str], title: str = "") -> list[Part]:
        head = [Part("paragraph", words[title])] if title else []
        return [*head, Part("list", items=tuple(items))] if items else []

    return {
        "products": listed(message.products),
        "lapsed": listed(say_lapses(message.lapsed, language)),
        "papers": listed([one.by(language) for one in message.lapsing_papers], "papers_lapse"),
        "renewed": listed(say_lapses(message.renewed, language)),
        "reasons": listed([one.by(language) for one in message.reasons]),
        "changes": listed([one.by(language) for one in message.changes], "changes"),
        "merits": listed([one.by(language) for one in message.merits]),
        "kit": listed([one.by(language) for one in message.kit], "kit"),
        "terms": listed([one.by(language) for one in message.terms], "terms"),
        "support": [Part("paragraph", cost)],
        "reason": [Part("paragraph", words["reason"].format(reason=reason))] if reason else [],
    }


def _facts(message: Message, language: str) -> dict[str, list[Part]]:
    words = common_words(language)
    move_in = "" if message.edition.is_suspended else say_date(message.move_in_on, language)

    def rows(*named: tuple[str, object]) -> list[Part]:
        return [Part("facts", rows=tuple((words[name], value) for name, value in named if value))]

    return {
        "booths": [
            part
            for one in message.booths
            for part in rows(("booth", say_booth(one, language)), ("sockets", one.power_sockets))
        ],
        "draw_number": [] if message.draw_number is None else rows(("draw_number", str(message.draw_number))),
        "granted": rows(("granted", message.booths_granted), ("points", message.points)),
        "move_in": rows(
            ("name_on_board", message.vendor_name), ("move_in", move_in), ("badges", words["badges_where"])
        ),
        "dates": rows(
            ("old_dates", message.old_days and say_days(message.old_days, language)),
            ("new_dates", message.new_days and say_days(message.new_days, language)),
        ),
        "places": rows(("floor", message.floor), ("ceiling", message.ceiling)),
    }


def _links(words: Mapping[str, str], links: Links) -> dict[str, list[Part]]:
    answer = links.answer or ""
    return {
        "answer": [Part("button", words["answer"], answer)],
        "open_letter": [Part("button", words["open_letter"], answer)],
        "open_draft": [Part("button", words["open_draft"], answer)],
        "open_application": [Part("button", words["open_application"], answer)] if answer else [],
        "open_reasons": [Part("button", words["open_reasons"], links.reasons)] if links.reasons else [],
        "plan": [Part("link", words["plan"], links.plan)],
    }


def _ending(message: Message, language: str, contact: str) -> list[Part]:
    words, edition = common_words(language), message.edition
    when = say_days(edition, language)
    if edition.is_cancelled or edition.is_suspended:
        when = words["cancelled" if edition.is_cancelled else "suspended"]
    named = {
        "event": edition.name.by(language),
        "dates": when,
        "venue": edition.venue.by(language),
        "application": message.application_id,
        "contact": contact,
    }
    facts = Part("facts", rows=tuple((words[name], value) for name, value in named.items() if value))
    if not message.papers:
        return [facts]
    quoted = tuple(say_papers(message.papers, "en"))
    return [facts, Part("paragraph", words["based_on"]), Part("list", items=quoted)]
