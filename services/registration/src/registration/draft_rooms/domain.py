"""How many drafts may lie unsent: anybody may begin one, and nobody has to say who it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from common.errors import TooManyError

HOUR = timedelta(hours=1)
IPV6_LINE = 64
"""The bits that an IPv6 address shares with all others of its line: whoever has one has all of these (RFC 4291)."""


@dataclass(frozen=True)
class Room:
    """The most unsent drafts of one contact and of an edition, and the most begun within an hour, in all and from one line."""

    of_contact: int
    of_edition: int
    in_an_hour: int
    from_line: int


@dataclass(frozen=True)
class Begun:
    """The public drafts of an edition: unsent ones, those begun within the last hour, and when the first of these was.

    ``nearby`` are those of the last hour from the same line, ``nearby_since`` the first of them.
    """

    unsent: int
    lately: int
    since: datetime | None
    nearby: int = 0
    nearby_since: datetime | None = None


class TooManyDraftsError(TooManyError):
    """There is no room for one more draft now; nothing of it was stored."""

    code = "too_many_drafts"


def line_of(address: str) -> str | None:
    """Return the line on the internet that an address belongs to; None for one of a network inside, and for none at all.

    Behind a proxy that does not say for whom it asks everybody has its address: nobody is held to a bound by that.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return None
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found
    if not found.is_global:
        return None
    return str(ip_network((found, IPV6_LINE), strict=False) if isinstance(found, IPv6Address) else found)


def check_line(begun: Begun, room: Room, now: datetime) -> None:
    """Raise TooManyDraftsError where as many drafts were begun from one line within an hour as may be."""
    if begun.nearby >= room.from_line:
        again = (begun.nearby_since or now) + HOUR
        raise TooManyDraftsError(
            f"Từ mạng này đã có {begun.nearby} bản nháp được bắt đầu trong một giờ; chưa có gì được lưu. Hãy giữ trang "
            "này và lưu lại sau, hoặc dùng mạng khác.",
            f"{begun.nearby} drafts were begun from this network within an hour; nothing was stored. Keep this page and "
            "save again later, or from another network.",
            retry_after_seconds=max(1, int((again - now).total_seconds())),
        )


def check_edition(begun: Begun, room: Room, now: datetime) -> None:
    """Raise TooManyDraftsError where an edition has no room for one more public draft."""
    if begun.lately >= room.in_an_hour:
        again = (begun.since or now) + HOUR
        raise TooManyDraftsError(
            "Đang có quá nhiều người bắt đầu hồ sơ; chưa có gì được lưu. Hãy giữ trang này và lưu lại sau ít phút.",
            "Too many drafts are begun just now; nothing was stored. Keep this page and save again in some minutes.",
            retry_after_seconds=max(1, int((again - now).total_seconds())),
        )
    if begun.unsent >= room.of_edition:
        raise TooManyDraftsError(
            "Kỳ sự kiện đã có quá nhiều bản nháp chưa gửi; chưa có gì được lưu. Hãy liên hệ Ban Tổ chức.",
            "The event has too many drafts that were not sent; nothing was stored. Please ask the organiser.",
        )


def check_contact(unsent: int, room: Room) -> None:
    """Raise TooManyDraftsError where one contact has as many unsent drafts as it may."""
    if unsent >= room.of_contact:
        raise TooManyDraftsError(
            f"Địa chỉ này đã có {unsent} bản nháp chưa gửi; chưa có gì được lưu. Hãy gửi hoặc mở lại bản nháp cũ bằng "
            "đường dẫn của nó, hoặc liên hệ Ban Tổ chức.",
            f"This contact has {unsent} drafts that were not sent; nothing was stored. Send or open one of them by its "
            "link, or ask the organiser.",
            field="contact.email",
        )
