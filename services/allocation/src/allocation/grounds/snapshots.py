"""What a run decides from, and what its dossier says beside it: taken once, when the run begins."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.resources import files
from typing import Any

from allocation.applications import domain as applications
from allocation.applications.domain import Application, ApplicationState
from allocation.booths.domain import Booth as PlannedBooth
from allocation.editions import repository as known_editions
from allocation.editions.domain import Edition
from allocation.grounds.domain import (
    Applicant,
    Booth,
    Bounds,
    Pin,
    PriorityClass,
    Requirement,
    Reservation,
    Rules,
    RunInput,
    Wishes,
)
from allocation.pins.domain import Pin as CommitteePin
from allocation.rules.domain import EditionRules, RuleSet

NO_RULES = RuleSet()
PACKS = ("group_names.toml", "offer_rules.toml", "run_rules.toml")


def to_input(
    edition: Edition,
    plan: Sequence[PlannedBooth],
    known: Sequence[Application],
    pins: Sequence[CommitteePin] = (),
    own: EditionRules | None = None,
) -> RunInput:
    """Return all that a run decides from: the edition, its own rules, its booths, accepted applications, and pins."""
    regions = known_editions.regions_of(edition.province_register)
    accepted = [each for each in known if each.state is ApplicationState.ACCEPTED]
    here = {each.application_id for each in accepted}
    given = NO_RULES if own is None else own.rules
    rules = Rules() if own is None or given == NO_RULES else _to_rules(own)
    named = given.dimensions()
    return RunInput(
        target=edition.booth_target,
        zone_capacities=edition.zone_capacities,
        bounds=_to_bounds(edition, given),
        booths=tuple(
            Booth(each.booth_code, each.zone_code, each.corner, each.power_sockets > 0, each.neighbours)
            for each in plan
        ),
        applicants=tuple(
            _to_applicant(
                each,
                applications.seal_draw_key(each.draw_key, edition.draw_secret),
                (*applications.groups_of(each, regions), *_own_groups(each, named)),
                rules,
            )
            for each in accepted
        ),
        rules=rules,
        pins=tuple(
            Pin(str(each.application_id), str(each.rule), str(each.target), each.code)
            for each in pins
            if each.application_id in here
        ),
    ).in_order()


def _to_bounds(edition: Edition, given: RuleSet) -> tuple[Bounds, ...]:
    """Return quotas and own bounds; of one group the higher floor and the lower ceiling."""
    found = {each.group: Bounds(each.group, each.floor, each.ceiling) for each in edition.quotas}
    for each in given.bounds:
        quota = found.get(each.group, Bounds(each.group, None, None))
        floors = [floor for floor in (quota.floor, each.floor) if floor is not None]
        ceilings = [ceiling for ceiling in (quota.ceiling, each.ceiling) if ceiling is not None]
        found[each.group] = Bounds(each.group, max(floors, default=None), min(ceilings, default=None))
    return tuple(found.values())


def _to_rules(own: EditionRules) -> Rules:
    """Return the rules as a run reads them: their names are told beside it, in its facts."""
    given = own.rules
    return Rules(
        version=own.version,
        requirements=tuple(
            Requirement(each.code, each.groups, each.zone_codes, each.power) for each in given.requirements
        ),
        reservations=tuple(Reservation(each.code, each.groups, each.booth_codes) for each in given.reservations),
        priority_classes=tuple(PriorityClass(each.code, each.groups, each.points) for each in given.priority_classes),
        required_floors=tuple(sorted(each.group for each in given.bounds if each.is_required)),
        is_varied=given.is_varied,
    )


def _own_groups(application: Application, named: frozenset[str]) -> list[str]:
    """Return the groups that only own rules know, as far as they name their dimension."""
    groups = [
        f"star_class:{application.stars or 'none'}",
        f"first_timer:{'yes' if application.is_first_event else 'no'}",
        *(["need:power"] if application.power else []),
        *(["need:cooking"] if application.cooking else []),
    ]
    return [group for group in groups if group.partition(":")[0] in named]


def _to_applicant(application: Application, key: str, groups: tuple[str, ...], rules: Rules) -> Applicant:
    def naming(found: Sequence[Requirement | Reservation | PriorityClass]) -> list[Any]:
        return [each for each in found if set(each.groups) & set(groups)]

    more = max((each.points for each in naming(rules.priority_classes)), default=0)
    return Applicant(
        application_id=str(application.application_id),
        key=key,
        booths=application.booths_granted,
        points=application.points + more,
        product_group=application.product_group,
        groups=groups,
        wishes=Wishes(application.zone_codes, application.corner, application.power, application.not_beside_group),
        needs=tuple(sorted(each.code for each in naming(rules.requirements))),
        entitled=tuple(sorted(each.code for each in naming(rules.reservations))),
        nominated_by=None if application.rank is None else application.nominated_by,
        rank=None if application.nominated_by is None else application.rank,
    )


def to_facts(
    edition: Edition,
    known: Sequence[Application],
    pins: Sequence[CommitteePin] = (),
    own: EditionRules | None = None,
    left_out: Sequence[Application] = (),
) -> dict[str, Any]:
    """Return what a dossier says beside the input: the edition, applicants by name, and the packs in force, as JSON.

    ``left_out`` are accepted and have nothing eligible, so that the run gives them no place.
    """
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
            "quotas": [{"group": e.group, "floor": e.floor, "ceiling": e.ceiling} for e in edition.quotas],
        },
        "applicants": {str(each.application_id): _to_origin(each) for each in accepted},
        **({"left_out": {str(each.application_id): _to_origin(each) for each in left_out}} if left_out else {}),
        "pins": [_to_said(each) for each in pins],
        **({} if own is None or own.rules == NO_RULES else {"rules": _to_named(own)}),
        **({} if edition.draw_secret is None else {"draw": _to_sealed(edition.draw_secret, accepted)}),
        "packs": {**_read_packs((f"provinces_{register}.csv", *PACKS)), **_priority(edition)},
    }


def _priority(edition: Edition) -> dict[str, str]:
    """Return the order of priority as registration told it; one that closed by an older version told none."""
    if not edition.priority_packs:
        return {}
    return {"priority.json": json.dumps(edition.priority_packs, ensure_ascii=False, sort_keys=True, indent=1) + "\n"}


def _to_sealed(secret: str, accepted: Sequence[Application]) -> dict[str, Any]:
    """Return what the keys of the draw are made from: for who audits a run, never for the public."""
    return {"secret": secret, "names": {str(each.application_id): each.draw_key for each in accepted}}


def _to_named(own: EditionRules) -> dict[str, Any]:
    """Return the rules with their names, as a dossier tells them."""
    return {"version": own.version, **json.loads(json.dumps(asdict(own.rules)))}


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
        "is_first_timer": application.is_first_event,
        "cooking": application.cooking,
        "points_registered": application.points,
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
