"""A mail written out as it goes over the line, headers folded and encoded."""

import re
from binascii import b2a_base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from hashlib import sha256
from uuid import UUID

from notifications.deliveries.enclosures import Enclosure
from notifications.messages.documents import Rendered

LINE_LENGTH = 78
BASE64_LINE = 76


class UnsafeHeaderError(ValueError):
    """A header's value has a line break or is no address; nothing is sent."""


@dataclass(frozen=True)
class Sender:
    """Who writes."""

    mail_from: str
    reply_to: str | None


@dataclass(frozen=True)
class Mail:
    """A mail ready to be sent, with the digest of subject, text and HTML."""

    sender: str
    address: str
    content: bytes
    content_sha256: str


def write_mail(
    rendered: Rendered,
    *,
    notice_id: UUID,
    to: str,
    name: str,
    sender: Sender,
    now: datetime,
    language: str,
    enclosures: Sequence[Enclosure] = (),
) -> Mail:
    """Return a mail whose Message-ID follows from its notice, so that one sent twice is seen to be the same.

    Raises:
        UnsafeHeaderError: a value would break out of its header.
    """
    sender_address = parseaddr(sender.mail_from)[1]
    head = {
        "From": _own_address("From", sender.mail_from),
        "To": _to_address("To", name, to),
        **({"Reply-To": _own_address("Reply-To", sender.reply_to)} if sender.reply_to else {}),
        "Subject": _subject(rendered.subject),
        "Date": format_datetime(now),
        "Message-ID": f"<{notice_id}@{sender_address.rpartition('@')[2]}>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": language,
        "MIME-Version": "1.0",
    }
    digest = sha256("\x00".join([rendered.subject, rendered.text, rendered.html]).encode())  # noqa: FLY002  # readable
    for one in enclosures:
        digest.update(b"\x00" + sha256(one.content).digest())
    return Mail(sender_address, to, _join(head, notice_id, rendered, enclosures), digest.hexdigest())


def _join(head: Mapping[str, str], notice_id: UUID, rendered: Rendered, enclosures: Sequence[Enclosure]) -> bytes:
    """Return the mail with its parts; joined here because the library's way takes most of a mail's time."""
    top = "".join(f"{name}: {value}\r\n" for name, value in head.items()).encode("ascii")
    if not enclosures:
        return top + _both_texts(f"=_{notice_id.hex}", rendered)
    boundary = f"=_m{notice_id.hex}"
    pieces = [top, f'Content-Type: multipart/mixed;\r\n boundary="{boundary}"\r\n\r\n--{boundary}\r\n'.encode()]
    pieces.append(_both_texts(f"=_{notice_id.hex}", rendered))
    for one in enclosures:
        name = _file_name(one.name)
        pieces.append(
            f'\r\n--{boundary}\r\nContent-Type: {one.media_type}; name="{name}"\r\nContent-Disposition: attachment;\r\n'
            f' filename="{name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'.encode("ascii")
        )
        pieces.append(_base64(one.content))
    return b"".join([*pieces, f"\r\n--{boundary}--\r\n".encode()])


def _file_name(name: str) -> str:
    """Return a file's name without anything that would have to be written in another way in a header."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", name)[:100]


def _both_texts(boundary: str, rendered: Rendered) -> bytes:
    pieces = [f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n'.encode()]
    for kind, text in (("plain", rendered.text), ("html", rendered.html)):
        pieces.append(f'\r\n--{boundary}\r\nContent-Type: text/{kind}; charset="utf-8"\r\n'.encode())
        pieces.append(b"Content-Transfer-Encoding: base64\r\n\r\n")
        pieces.append(_base64(text.encode()))
    return b"".join([*pieces, f"\r\n--{boundary}--\r\n".encode()])


def _base64(content: bytes) -> bytes:
    """Return it in lines as mails have them; the library encodes line by line, which takes half as long again."""
    encoded = b2a_base64(content, newline=False)
    return b"".join([encoded[at : at + BASE64_LINE] + b"\r\n" for at in range(0, len(encoded), BASE64_LINE)])


@lru_cache(maxsize=16)
def _subject(subject: str) -> str:
    """Return a subject as it is written; four of five mails have one of the last sixteen."""
    return _encode("Subject", subject)


@lru_cache(maxsize=8)
def _own_address(header: str, value: str) -> str:
    return _to_address(header, *parseaddr(value))


def _to_address(header: str, name: str, address: str) -> str:
    if not re.fullmatch(r"[^\s<>@\x00-\x20]+@[^\s<>@]+", address, re.ASCII) or not address.isascii():
        raise UnsafeHeaderError(header)
    if not name:
        return address
    encoded = _encode(header, name)
    used = len(encoded.rpartition("\n")[2]) + (0 if "\n" in encoded else len(header) + 2)
    fold = "\r\n " if used + len(address) + 3 > LINE_LENGTH else " "
    return f"{encoded}{fold}<{address}>"


def _encode(header: str, value: str) -> str:
    """Return a header's text, folded; what is not plain is encoded (RFC 2047)."""
    if any(letter in value for letter in "\r\n\0"):
        raise UnsafeHeaderError(header)
    return Header(value, "utf-8", header_name=header).encode(linesep="\r\n")
