"""Fills in the form of a page and presses a button, and sends what a browser would send."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

from scenario.doors.system import StoryFailedError

Sent = list[tuple[str, str]]
"""Names and values of fields in the order of the page; a name may stand twice."""
NOTHING: Mapping[str, str] = {}


@dataclass
class _Form:
    """A form as a page has it: its fields as they are filled in, boxes without a tick, and its buttons."""

    action: str
    fields: Sent = field(default_factory=Sent)
    boxes: Sent = field(default_factory=Sent)
    buttons: Sent = field(default_factory=Sent)


class _Forms(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[_Form] = []
        self._select = ""
        self._text: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(_Form(given.get("action", "")))
        elif self.forms and "disabled" not in given:
            self._take(self.forms[-1], tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._text = None

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            name, before = self.forms[-1].fields[-1]
            self.forms[-1].fields[-1] = (name, before + data)

    def _take(self, form: _Form, tag: str, given: Mapping[str, str]) -> None:
        name, value, kind = given.get("name", ""), given.get("value", ""), given.get("type", "text")
        if tag == "button" or kind == "submit":
            form.buttons.append((name, value))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            self._choose(form, value, is_selected="selected" in given)
        elif tag == "textarea" and name:
            self._text = name
            form.fields.append((name, ""))
        elif tag == "input" and name:
            is_open = kind in ("checkbox", "radio") and "checked" not in given
            (form.boxes if is_open else form.fields).append((name, value))

    def _choose(self, form: _Form, value: str, *, is_selected: bool) -> None:
        """Take the option that is selected, the first one where none is."""
        if not form.fields or form.fields[-1][0] != self._select:
            form.fields.append((self._select, value))
        elif is_selected:
            form.fields[-1] = (self._select, value)


def fill_form(
    page: str, address: str, *, choose: str, typed: Mapping[str, str] = NOTHING, tick: Collection[str] = ()
) -> tuple[str, Sent]:
    """Return address and fields that a browser sends when the button ``choose…`` is pressed.

    Args:
        page: the page's HTML.
        address: from where it was read.
        choose: what name, value and the form's address of the button have in them, in small letters.
        typed: what is typed over fields of the form; of several of one name over the first.
        tick: names of boxes that are ticked.

    Raises:
        StoryFailedError: the page has no such button, or no such field or box.
    """
    forms = _Forms()
    forms.feed(page)
    for form in forms.forms:
        for name, value in form.buttons:
            if choose in f"{name} {value} {form.action}".lower():
                sent = _filled(form, typed, tick) + ([(name, value)] if name else [])
                return urljoin(address, form.action) if form.action else address, sent
    raise StoryFailedError(f"the page behind the link has no button to {choose}: {page[:500]}")


def _filled(form: _Form, typed: Mapping[str, str], tick: Collection[str]) -> Sent:
    missing = (set(typed) - {name for name, _ in form.fields}) | (set(tick) - {name for name, _ in form.boxes})
    if missing:
        raise StoryFailedError(f"the page behind the link has no field {sorted(missing)}")
    left = dict(typed)
    filled = [(name, left.pop(name, value)) for name, value in form.fields]
    return filled + [(name, value) for name, value in form.boxes if name in tick]
