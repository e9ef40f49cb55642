"""Reads the mails of the embedded sink as a vendor would, and fills in the page behind the link."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesParser
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

from scenario.system import StoryFailedError

HEAD_BYTES = 4096


def read_mails(folder: Path) -> Iterator[tuple[Path, EmailMessage]]:
    """Yield every mail with its file, in order of the files' names."""
    for path in sorted(folder.rglob("*.eml")):
        yield path, parse_mail(path)


def read_heads(folder: Path) -> Iterator[tuple[Path, EmailMessage]]:
    """Yield every mail's headers with its file, in order of the files' names; bodies are not parsed."""
    parser = BytesParser(policy=policy.default)
    for path in sorted(folder.rglob("*.eml")):
        with path.open("rb") as file:
            yield path, parser.parse(file, headersonly=True)


def parse_mail(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), policy=policy.default)


def plain_text(mail: EmailMessage) -> str:
    """Return the text part of a mail."""
    body = mail.get_body(("plain",))
    return "" if body is None else str(body.get_content())


class Mailbox:
    """Remembers whom the mails of a growing folder are for, so that each is opened once to see it."""

    def __init__(self) -> None:
        self._heads: dict[Path, bytes] = {}

    def find_answer_link(self, folder: Path, offer_id: str, address: str) -> str | None:
        """Return the signed link for an offer from the newest mail to the address that has it."""
        pattern = re.compile(rf"https?://\S*/offers/{re.escape(offer_id)}/answer\?token=[^\s>\"]+")
        for path in sorted(folder.rglob("*.eml"), key=lambda path: path.name, reverse=True):
            if address.encode() in self._head(path):
                match = pattern.search(plain_text(parse_mail(path)))
                if match:
                    return match[0]
        return None

    def _head(self, path: Path) -> bytes:
        if path not in self._heads:
            with path.open("rb") as file:
                self._heads[path] = file.read(HEAD_BYTES).partition(b"\r\n\r\n")[0]
        return self._heads[path]


class _Forms(HTMLParser):
    """Collects forms with their hidden fields and buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str], list[tuple[str, str]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given.get("action", ""), {}, []))
        elif (self.forms and tag == "button") or (self.forms and tag == "input" and given.get("type") == "submit"):
            self.forms[-1][2].append((given.get("name", ""), given.get("value", "")))
        elif self.forms and tag == "input" and "name" in given:
            self.forms[-1][1][given["name"]] = given.get("value", "")


def fill_form(page: str, address: str, *, choose: str) -> tuple[str, dict[str, str]]:
    """Return address and fields that a browser sends when the button ``choose…`` is pressed.

    Raises:
        StoryFailedError: the page has no such button.
    """
    forms = _Forms()
    forms.feed(page)
    for action, fields, buttons in forms.forms:
        for name, value in buttons:
            if choose in f"{name} {value} {action}".lower():
                return urljoin(address, action) if action else address, {**fields, **({name: value} if name else {})}
    raise StoryFailedError(f"the page behind the link has no button to {choose}: {page[:500]}")
