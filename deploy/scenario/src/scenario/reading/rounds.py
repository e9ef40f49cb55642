"""Reads the steps of an invitation round from story.toml."""

from collections.abc import Callable
from datetime import UTC, datetime

from common.calendar import VIETNAM
from scenario.reading.fields import Fields
from scenario.reading.steps import NO_PAPER, Known, read_step_paper
from scenario.reading.tables import lacks
from scenario.script import rounds
from scenario.script.model import Paper
from scenario.script.steps import Step


def _invite(fields: Fields, head: Step, known: Known) -> Step:
    letter = read_step_paper(fields, known)
    if letter is not NO_PAPER and not (letter.number or "").isdigit():
        fields.wrong("paper", "công văn đầu tiên cần số là chữ số", "the first letter needs a number of digits")
    return rounds.Invite(
        head.at,
        head.line,
        letter,
        tuple(_paper(fields, name, known) for name in fields.words("bases")),
        fields.moment("reply_by"),
        tuple(_moment(fields, text) for text in fields.words("reminders")),
        _agencies(fields, "also", known),
        fields.optional_text("signer_role") or "GIÁM ĐỐC",
        fields.text("signer_name"),
    )


def _decline(fields: Fields, head: Step, known: Known) -> Step:
    return rounds.Decline(head.at, head.line, _agencies(fields, "agencies", known), fields.text("reason", 1000))


def _paper(fields: Fields, name: str, known: Known) -> Paper:
    if name not in known.papers:
        fields.wrong("bases", f"không có [papers.{name}]", f"there is no [papers.{name}]")
    return known.papers.get(name, NO_PAPER)


def _moment(fields: Fields, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        fields.wrong(
            "reminders", f"“{text}”: viết dạng 2020-07-07T09:00:00", f"“{text}”: write it as 2020-07-07T09:00:00"
        )
        return datetime(1970, 1, 1, tzinfo=UTC)
    return (moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)).astimezone(UTC)


def _agencies(fields: Fields, name: str, known: Known) -> tuple[str, ...]:
    codes = fields.words(name)
    for code in codes:
        if lacks(known.agency_codes, code):
            fields.wrong(name, f"không có cơ quan {code} trong agencies.csv", f"agencies.csv has no agency {code}")
    return codes


READERS: dict[str, Callable[[Fields, Step, Known], Step]] = {"invite": _invite, "decline_invitation": _decline}
