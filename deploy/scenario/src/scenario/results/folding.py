"""Folds the public events into what happened to each application: for the summary, the closing table and the page."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from scenario.doors.system import SERVICES, Json

NEXT_STATE = {
    "application_submitted": "submitted",
    "application_returned": "returned",
    "application_accepted": "accepted",
    "application_rejected": "rejected",
    "application_revoked": "revoked",
    "application_withdrawn": "withdrawn",
    "application_waitlisted": "waitlisted",
    "application_closed_unplaced": "unplaced",
    "booth_offered": "offered",
    "booth_confirmed": "confirmed",
    "booth_declined": "declined",
    "booth_offer_expired": "expired",
    "booth_released": "released",
}
HOLDING = ("booth_offered", "booth_confirmed")
LOSING = ("booth_declined", "booth_offer_expired", "booth_released")


@dataclass
class Followed:
    """One application as the public events tell it."""

    application_id: str
    trade_name: str
    province_code: str | None
    country: str
    channel: str
    state: str = "submitted"
    booths: tuple[str, ...] = ()
    position: int | None = None
    days: set[str] = field(default_factory=set[str])
    events: list[Json] = field(default_factory=list[Json])


def name_of(event: Json) -> str:
    """Return the event's name without service and version."""
    return str(event["type"]).split(".")[2]


def in_order_of_time(events: dict[str, list[Json]]) -> list[Json]:
    """Return all services' events by time; at the same time causes stand before effects."""
    rank = {service: place for place, service in enumerate(SERVICES)}
    listed = [
        (event["time"], rank[service], int(event["sequence"]), event)
        for service in SERVICES
        for event in events[service]
    ]
    return [event for *_, event in sorted(listed, key=lambda item: item[:3])]


def follow(events: Iterable[Json]) -> dict[str, Followed]:
    """Return every application by id, in the order of submission."""
    followed: dict[str, Followed] = {}
    for event in events:
        data = event["data"]
        name = name_of(event)
        if name == "application_submitted" and data["application_id"] not in followed:
            vendor = data["vendor"]
            followed[data["application_id"]] = Followed(
                data["application_id"],
                vendor["trade_name"],
                vendor["province_code"],
                vendor["country"],
                data["channel"],
            )
        one = followed.get(data.get("application_id", ""))
        if one is not None:
            one.events.append(event)
            if not is_told_again(event):
                _apply(one, name, data)
    return followed


def is_told_again(event: Json) -> bool:
    """Tell whether an acceptance is told again because a certificate lapsed or is a new one: what became of it before stays."""
    data = event["data"]
    return name_of(event) == "application_accepted" and bool(data.get("lapsed") or data.get("renewed"))


def _apply(one: Followed, name: str, data: Json) -> None:
    one.state = NEXT_STATE.get(name, one.state)
    if name in HOLDING:
        one.booths = tuple(data["booth_codes"])
    elif name in LOSING or name in {"application_withdrawn", "application_revoked"}:
        one.booths = ()
    elif name == "booth_moved":
        one.booths = tuple(data["new_booth_codes"])
    elif name == "application_waitlisted":
        one.position = data["position"]
    elif name == "booth_checked_in":
        one.days.add(data["on"])
