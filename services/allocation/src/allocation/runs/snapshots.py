"""What a run decides from, and what its dossier says beside it: taken once, when the run begins."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from allocation.applications import domain as applications
from allocation.applications.domain import Application, ApplicationState
from allocation.booths.domain import Booth as PlannedBooth
from allocation.editions import repository as known_editions
from allocation.editions.domain import Edition
from allocation.pins.domain import Pin as CommitteePin
from allocation.runs.domain import Applicant, Booth, Bounds, Pin, RunInput, Wishes

PACKS = ("group_names.toml", "offer_rules.toml", "run_rules.toml")


def to_input(
    edition: Edition, plan: Sequence[PlannedBooth], known: Sequence[Application], pins: Sequence[CommitteePin] = ()
) -> RunInput:
    """Return all that a run decides from: the edition, its booths, its accepted applications, the committee's pins."""
    regions = known_editions.regions_of(edition.province_register)
    accepted = [each for each in known if each.state is ApplicationState.ACCEPTED]
    here = {each.application_id for each in accepted}
    return RunInput(
        target=edition.booth_target,
        zone_capacities=edition.zone_capacities,
        bounds=tuple(Bounds(each.group, each.floor, each.ceiling) for each in edition.quotas),
        booths=tuple(
            Booth(each.booth_code, each.zone_code, each.corner, each.power_sockets > 0, each.neighbours)
            for each in plan
        ),
        applicants=tuple(_to_applicant(each, regions) for each in accepted),
        pins=tuple(
            Pin(str(each.application_id), str(each.rule), str(each.target), each.code)
            for each in pins
            if each.application_id in here
        ),
    ).in_order()


def _to_applicant(application: Application, regions: dict[str, str]) -> Applicant:
    return Applicant(
        application_id=str(application.application_id),
        key=application.draw_key,
        booths=application.booths_granted,
        points=application.points,
        product_group=application.product_group,
        groups=applications.groups_of(application, regions),
        wishes=Wishes(application.zone_codes, application.corner, application.power, application.not_beside_group),
    )


def to_facts(edition: Edition, known: Sequence[Application], pins: Sequence[CommitteePin] = ()) -> dict[str, Any]:
    """Return what a dossier says beside the input: the edition, applicants by name, and the packs in force, as JSON."""
    accepted = [each for each in known if each.state is ApplicationState.ACCEPTED]
    register = edition.province_register
    return {
        "edition": {
            "edition_id": str(edition.edition_id),
            "code": edition.code,
            "name": {"vi": edition.name.vi, "en": edition.name.en},
            "first_on": edition.first_on.isoformat(),
            "last_on": edition.last_on.isoformat(),
            "province_register": register,
        },
        "applicants": {str(each.application_id): _to_origin(each) for each in accepted},
        "pins": [_to_said(each) for each in pins],
        "packs": _read_packs((f"provinces_{register}.csv", *PACKS)),
    }


def _to_origin(application: Application) -> dict[str, Any]:
    return {
        "trade_name": application.trade_name,
        "vendor_id": str(application.vendor_id),
        "vendor_type": application.vendor_type,
        "province_code": application.province_code,
        "country": application.country,
        "stars": application.stars,
        "lapsed_on": None if application.lapsed_on is None else application.lapsed_on.isoformat(),
        "merits": application.merits,
    }


def _to_said(pin: CommitteePin) -> dict[str, Any]:
    return {
        "application_id": str(pin.application_id),
        "rule": str(pin.rule),
        "target": str(pin.target),
        "code": pin.code,
        "reason": pin.reason,
        "made_by": pin.made_by,
        "made_at": pin.made_at.isoformat(),
    }


def _read_packs(names: Sequence[str]) -> Mapping[str, str]:
    folder = files("allocation") / "packs"
    return {name: (folder / name).read_text(encoding="utf-8") for name in names}
