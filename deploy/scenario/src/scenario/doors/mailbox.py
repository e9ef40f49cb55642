"""Reads the mails of the embedded sink as a vendor would, and finds the links in them."""

import os
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

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
    """Remembers whom the mails of one growing folder are for, so that each is opened once to see it."""

    def __init__(self) -> None:
        self._heads: dict[str, bytes] = {}

    def find_answer_link(self, folder: Path, offer_id: str, address: str) -> str | None:
        """Return the signed link for an offer from the newest mail to the address that has it."""
        return self._find_link(folder, address, f"/offers/{offer_id}/answer")

    def find_draft_link(self, folder: Path, draft_id: str, address: str) -> str | None:
        """Return the signed link of a draft from the newest mail to the address that has it."""
        return self._find_link(folder, address, f"/drafts/{draft_id}/form")

    def find_application_link(self, folder: Path, application_id: str, address: str) -> str | None:
        """Return the signed link of an application from the newest mail to the address that has it."""
        return self._find_link(folder, address, f"/applications/{application_id}/status")

    def find_invitation_link(self, folder: Path, invitation_id: str, address: str) -> str | None:
        """Return the signed link of an invitation from the newest mail to the address that has it."""
        return self._find_link(folder, address, f"/invitations/{invitation_id}/answer")

    def _find_link(self, folder: Path, address: str, page: str) -> str | None:
        pattern = re.compile(rf"https?://\S*{re.escape(page)}\?token=[^\s>\"]+")
        self._look(folder)
        for name in sorted(self._heads, reverse=True):
            if address.encode() in self._heads[name]:
                match = pattern.search(plain_text(parse_mail(folder / name)))
                if match:
                    return match[0]
        return None

    def _look(self, folder: Path) -> None:
        """Read the heads of the mails that have come since."""
        for name in os.listdir(folder):  # noqa: PTH208  # thousands of names: as paths they cost ten times as much
            if name.endswith(".eml") and name not in self._heads:
                with (folder / name).open("rb") as file:
                    self._heads[name] = file.read(HEAD_BYTES).partition(b"\r\n\r\n")[0]
