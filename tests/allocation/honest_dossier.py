"""A right dossier of a small run, as files, and the way to pack changed ones."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from tests.allocation.conftest import announced
from tests.allocation.runs.problems import applicant, problem, row_of
from tests.factories import PAPER, PRIORITY_PACK

from allocation.applications.domain import seal_draw_key
from allocation.dossiers import documents
from allocation.dossiers.domain import Offered
from allocation.dossiers.material import Material
from allocation.draws.domain import hand_on, in_standing
from allocation.editions import handlers as editions
from allocation.explanations.handlers import to_told
from allocation.explanations.merits import Rule
from allocation.explanations.solver import explain
from allocation.explanations.solver_basis import Origin, Problem
from allocation.grounds import snapshots
from allocation.grounds.domain import Applicant, PriorityClass, Requirement, Reservation, Rules, digest, to_plain
from allocation.runs.domain import Run, RunRecord, RunState
from allocation.runs.solver import solve

SEED = "hn-2020-2"
SECRET = "kept-by-the-auditor"
NOON = datetime(2020, 8, 1, 5, tzinfo=UTC)
Files = dict[str, Any]
QUOTAS = (("province:02", 1, None), ("province:26", None, 4), ("province:01", None, 3))
ORDER_TOLD: dict[str, Any] = {
    **PRIORITY_PACK,
    "rules": [
        *PRIORITY_PACK["rules"],
        *(
            {
                "code": code,
                "points": points,
                "is_most": code == "early",
                "is_tier": False,
                "text": {"vi": code, "en": code},
            }
            for code, points in {"early": 9, "new_product": 10}.items()
        ),
    ],
}
OWN_BOUNDS = (
    {"group": "province:26", "floor": 2, "ceiling": 5, "is_required": True},
    {"group": "zone:B", "floor": None, "ceiling": 2, "is_required": False},
)


def from_province(name: str, code: str, region: str, **changes: Any) -> Applicant:
    each = applicant(name, province=code, **changes)
    groups = (f"product_group:{each.product_group}", "vendor_type:cooperative", "country:VN")
    key = seal_draw_key(f"name of {name}", SECRET)
    return replace(each, key=key, groups=(*groups, f"province:{code}", f"region:{region}"))


def make_files(*, is_public: bool = False) -> Files:
    """Return the files of a right dossier, JSON parsed: six booths, nine applicants, two of them equal in all but the draw."""
    write = documents.write_public_documents if is_public else documents.write_documents
    return {
        name: json.loads(text) if name.endswith(".json") else text.decode() for name, text in write(material()).items()
    }


def material() -> Material:
    """Return what the dossier is written from."""
    delta, mountains = "red_river_delta", "northern_mountains"
    applicants = [
        from_province("an", "26", delta, booths=2, points=700),
        from_province("binh", "26", delta, points=600, corner=True),
        from_province("chi", "26", delta, points=600),
        from_province("dung", "01", delta, points=500, rank=3),
        from_province("giang", "01", delta, points=500, rank=1),
        from_province("hoa", "01", delta, points=500, rank=2),
        from_province("khanh", "02", mountains, points=100),
        from_province("lan", "02", mountains, points=90, booths=2),
        from_province("minh", "26", delta, points=650),
    ]
    bounds = [("province:02", 1, None), ("province:26", 2, 4), ("province:01", None, 3), ("zone:B", None, 2)]
    rules = Rules(
        version=1,
        requirements=(Requirement("flame", ("province:02",), ("B",), power=False),),
        reservations=(Reservation("host", ("province:26",), ("A1",)),),
        priority_classes=(PriorityClass("delta", ("region:red_river_delta",), 0),),
        required_floors=("province:26",),
    )
    booths = [*row_of("A", 4), *row_of("B", 3)]
    given = problem(applicants, booths, bounds=bounds, target=6, zone_capacities={"B": 2}, rules=rules)
    given = given.in_order()
    result = solve(given, SEED, 10)
    run = Run(
        run_id=UUID(int=1),
        edition_id=UUID(int=2),
        state=RunState.RELEASED,
        policy="optimal_at_close",
        input=given,
        input_digest=digest(given),
        seed=SEED,
        attempts=1,
        result=result,
        problems=(),
        words="",
        requested_at=NOON,
        completed_at=NOON,
        released_at=NOON,
    )
    edition = replace(editions.to_edition(announced(), SEED, SECRET), priority_packs=(ORDER_TOLD,))
    facts = snapshots.to_facts(edition, [])
    facts["rules"] = named(to_plain(given)["rules"], OWN_BOUNDS)
    facts["edition"]["quotas"] = [dict(zip(("group", "floor", "ceiling"), each, strict=True)) for each in QUOTAS]
    facts["applicants"] = {
        each.application_id: {
            "trade_name": f"HTX {each.application_id.removeprefix('id-of-')}",
            "vendor_type": "cooperative",
            "province_code": next(group[-2:] for group in each.groups if group.startswith("province:")),
            "country": "VN",
            "stars": 3,
            "merits": {"tier_3": each.points},
            "is_first_timer": False,
            "points_registered": each.points,
        }
        for each in given.applicants
    }
    facts["draw"]["names"] = {
        each.application_id: f"name of {each.application_id.removeprefix('id-of-')}" for each in given.applicants
    }
    refused = [each for each in hand_on(given.applicants, SEED) if each.application_id not in result.placements]
    waiting = [each.application_id for each in in_standing(tuple(refused), SEED)]
    record = RunRecord(
        run,
        facts,
        {"legal_document": PAPER, "overrides": [], "left": [], "waiting": waiting},
        {"pass_work": 10, "reasons_version": 11},
        NOON,
    )
    offered = [Offered(name, tuple(codes)) for name, codes in sorted(result.placements.items())]
    origins = {each.application_id: Origin({"tier_3": each.points}, 3, None) for each in given.applicants}
    order = {each["code"]: Rule(each["code"], each["points"], is_most=each["is_most"]) for each in ORDER_TOLD["rules"]}
    found = explain(Problem(given, result, SEED, origins, date(2020, 8, 24), 10, 2000, order))
    told = [to_told(each, facts) for each in found]
    return Material(record, facts, told, offered)


def named(rules: dict[str, Any], bounds: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return rules as an edition keeps them: each with a name, and the bounds that are its own."""
    name = {"vi": "quy định", "en": "a rule"}
    tables = {of: rules[of] for of in ("requirements", "reservations", "priority_classes")} | {"bounds": bounds}
    told = {of: [{**each, "name": name} for each in table] for of, table in tables.items()}
    return {"version": rules["version"], "is_varied": rules.get("is_varied", False), **told}


def pack(files: Files, *, is_listed: bool = True) -> bytes:
    """Return an archive of changed files; its list of digests is made to fit."""
    written = {
        name: documents.canonical(content) if name.endswith(".json") else content.encode()
        for name, content in files.items()
    }
    if is_listed:
        digests = {name: sha256(text).hexdigest() for name, text in written.items() if name != "manifest.json"}
        written["manifest.json"] = documents.canonical({"files": digests})
    return documents.pack(written)
