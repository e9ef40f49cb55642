"""How notices write days, instants, papers and booths."""

from collections.abc import Sequence
from datetime import date, datetime

from common.calendar import VIETNAM
from notifications.editions.domain import Booth, Edition
from notifications.languages.packs import TRANSLATED, common_words, date_words
from notifications.messages.domain import Days, LapsedProduct, QuotedPaper

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def say_date(on: date, language: str) -> str:
    """Return a day as people write it: 05/03/2020, 5 March 2020."""
    if language == "vi":
        return f"{on:%d/%m/%Y}"
    form, months = date_words(language) if language in TRANSLATED else ("{day} {month} {year}", MONTHS)
    return form.format(day=on.day, month=months[on.month - 1], year=on.year)


def say_days(days: Days | Edition, language: str) -> str:
    first_on, last_on = (days.first, days.last) if isinstance(days, Days) else (days.first_on, days.last_on)
    first, last = say_date(first_on, language), say_date(last_on, language)
    if first == last:
        return first
    if language in TRANSLATED:
        return common_words(language)["days"].format(first=first, last=last)
    return f"từ {first} đến {last}" if language == "vi" else f"{first} to {last}"


def say_instant(instant: datetime, language: str) -> str:
    """Return an instant as the clocks in Vietnam show it, which the text says."""
    local = instant.astimezone(VIETNAM)
    clock = f"{local:%H:%M}"
    on = say_date(local.date(), language)
    if language in TRANSLATED:
        return common_words(language)["instant"].format(date=on, time=clock)
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
        parts.append(booth.zone.by(language))
    if booth.area_m2 is not None:
        parts.append(f"{booth.area_m2:g} m²".replace(".", "," if language == "vi" else "."))
    if booth.corner:
        corners = {"vi": "gian góc", "en": "corner"}
        parts.append(corners.get(language) or common_words(language)["corner"])
    return ", ".join(parts)


def say_lapses(products: Sequence[LapsedProduct], language: str) -> list[str]:
    """Return products, each with the last day of its certificate."""
    return [_say_lapse(each.name, each.valid_to, language) for each in products]


def _say_lapse(name: str, valid_to: date | None, language: str) -> str:
    if valid_to is None:
        return name
    last = say_date(valid_to, language)
    if language in TRANSLATED:
        return common_words(language)["valid_until"].format(product=name, date=last)
    return f"{name}: có hiệu lực đến hết ngày {last}" if language == "vi" else f"{name}: valid until {last}"


def say_codes(booths: Sequence[Booth]) -> str:
    return ", ".join(booth.booth_code for booth in booths)


def say_counted(booths: Sequence[Booth], word: str) -> str:
    """Return booths in English after their word: booth A01, booths B38, B40."""
    return f"{word}{'' if len(booths) == 1 else 's'} {say_codes(booths)}"


def choose_number(booths: Sequence[Booth], singular: str, plural: str) -> str:
    """Return the English word that goes with one booth or with several."""
    return singular if len(booths) == 1 else plural
