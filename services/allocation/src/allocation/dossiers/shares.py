"""How a result shares the booths among groups, beside their quotas."""

from typing import Any

from allocation.dossiers.domain import Json, Member, share_table
from allocation.grounds.domain import RunInput
from allocation.runs.domain import RunResult
from allocation.waiting_lists.packs import group_words

NEWCOMER = "first_event"
NAMES = {  # Vietnamese, English
    "stars": {
        "none": ("không có hạng sao", "no stars"),
        "unknown": ("không rõ hạng sao", "stars not known"),
        "3": ("3 sao", "three stars"),
        "4": ("4 sao", "four stars"),
        "5": ("5 sao", "five stars"),
    },
    "newcomer": {"yes": ("tham gia lần đầu", "first event ever"), "no": ("đã từng tham gia", "took part before")},
    "region": {"foreign": ("đơn vị nước ngoài", "foreign vendors"), "unknown": ("không rõ vùng", "region not known")},
    "province": {
        "foreign": ("đơn vị nước ngoài", "foreign vendors"),
        "unknown": ("không rõ tỉnh", "province not known"),
    },
}
SMALL = ("các nhóm nhỏ gộp chung", "small groups together")
TITLES = {
    "region": ("Theo vùng", "By region"),
    "stars": ("Theo hạng sao", "By stars"),
    "newcomer": ("Theo lần tham gia", "By first participation"),
    "vendor_type": ("Theo loại hình chủ thể", "By type of vendor"),
    "product_group": ("Theo nhóm sản phẩm", "By product group"),
    "province": ("Theo tỉnh, thành phố", "By province"),
}
WITHIN = {"province": "region"}
BOUND_AS = {"stars": "star_class", "newcomer": "first_timer"}
"""How quotas name what a table calls otherwise."""


def to_shares(given: RunInput, result: RunResult, facts: Json) -> list[Json]:
    """Return a table of shares for each dimension, with the quota of each group that has one."""
    members = [
        Member(
            _groups(each.groups, facts["applicants"][each.application_id]),
            each.booths,
            len(result.placements.get(each.application_id, ())),
        )
        for each in given.applicants
    ]
    bounds = {each.group: each for each in given.bounds}
    register = str(facts["edition"]["province_register"])
    tables: list[Json] = []
    for dimension, (vi, en) in TITLES.items():
        rows = share_table(members, dimension, WITHIN.get(dimension))
        for row in rows:
            named = BOUND_AS.get(dimension, dimension)
            group = "country:foreign" if row["code"] == "foreign" else f"{named}:{row['code']}"
            row["vi"], row["en"] = _words(dimension, str(row["code"]), group, register)
            quota = bounds.get(group)
            row |= {"floor": quota.floor if quota else None, "ceiling": quota.ceiling if quota else None}
        tables.append({"dimension": dimension, "vi": vi, "en": en, "rows": rows})
    return tables


def _groups(groups: tuple[str, ...], who: dict[str, Any]) -> dict[str, str]:
    by_dimension = dict(each.split(":", 1) for each in groups)
    stars = who["stars"]
    return {
        "region": "foreign" if who["country"] != "VN" else by_dimension.get("region", "unknown"),
        "stars": "unknown" if stars is None else str(stars) if stars >= 3 else "none",
        "newcomer": "yes" if NEWCOMER in who["merits"] else "no",
        "vendor_type": by_dimension["vendor_type"],
        "product_group": by_dimension["product_group"],
        "province": "foreign" if who["country"] != "VN" else by_dimension.get("province", "unknown"),
    }


def _words(dimension: str, code: str, group: str, register: str) -> tuple[str, str]:
    if code == "small_groups":
        return SMALL
    return NAMES.get(dimension, {}).get(code) or group_words(group, register)
