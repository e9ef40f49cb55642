"""What is forged in a release, its points, its reasons, and in what a dossier says of itself."""

from collections.abc import Callable
from typing import Any

from tests.allocation.honest_dossier import Files

Plant = Callable[[Files], None]


def entry_of(files: Files, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in files["reasons.json"] if each["application_id"] == f"id-of-{name}")
    return found


def leave(files: Files, **told: Any) -> None:
    """An offer is taken out, and its holder said to have left."""
    name = files["release.json"]["offers"].pop()["application_id"]
    files["release.json"]["left"].append({"application_id": name, "outcome": "withdrawn", **told})


def say_that_a_holder_left(files: Files) -> None:
    leave(files)


def say_that_a_holder_left_by_no_event(files: Files) -> None:
    leave(files, left_at="2020-08-01T05:00:00+00:00")


def say_that_a_holder_left_long_before(files: Files) -> None:
    leave(files, left_at="2020-07-01T05:00:00+00:00", event_id="01901a2b-0000-7000-8000-00000000000c")


def say_that_a_holder_left_by_an_event(files: Files) -> None:
    leave(files, left_at="2020-08-01T05:00:00+00:00", event_id="01901a2b-0000-7000-8000-00000000000c")


def say_that_a_holder_declined(files: Files) -> None:
    leave(files, outcome="declined", left_at="2020-08-01T05:00:00+00:00", event_id="an event")


def say_that_a_stranger_left(files: Files) -> None:
    told = {"left_at": "2020-08-01T05:00:00+00:00", "event_id": "an event"}
    files["release.json"]["left"].append({"application_id": "id-of-nobody", "outcome": "withdrawn", **told})


def take_the_release_out(files: Files) -> None:
    del files["release.json"]


def keep_the_seed_back(files: Files) -> None:
    files["draw.json"]["seed"] = None


def say_that_nothing_was_released(files: Files) -> None:
    files["run.json"]["released_at"] = None


def take_the_paper_out(files: Files) -> None:
    files["release.json"]["legal_document"] = None


def call_it_public(files: Files) -> None:
    files["run.json"]["is_public"] = True


def call_it_full(files: Files) -> None:
    files["run.json"]["is_public"] = False


def number_somebody(files: Files) -> None:
    next(each for each in files["input.json"]["applicants"])["draw"] = 1


def tell_the_secret(files: Files) -> None:
    files["draw.json"]["secret"] = "kept-by-the-auditor"


def name_another_paper(files: Files) -> None:
    files["release.json"]["legal_document"]["number"] = "101"


def replace_all_reasons(files: Files) -> None:
    """What is said now is true of a street with room, and of nobody who was refused."""
    entry_of(files, "lan")["reasons"] = [{"code": "room_for_all", "vi": "…", "en": "…", "data": {"points": 90}}]


def replace_all_reasons_by_a_true_one(files: Files) -> None:
    entry_of(files, "lan")["reasons"] = [
        each for each in entry_of(files, "lan")["reasons"] if each["code"] == "street_full"
    ]


def name_another_before(files: Files) -> None:
    told = [one for each in files["reasons.json"] for one in each["reasons"] if one["code"] == "drawn_before"]
    told[0]["data"]["application_id"] = "id-of-an"


def say_a_wish_was_unmet(files: Files) -> None:
    entry_of(files, "an")["reasons"].append({"code": "wish_corner_unmet", "vi": "…", "en": "…", "data": {}})


def tell_no_reasons(files: Files) -> None:
    files["reasons.json"].clear()
    files["run.json"]["is_explained"] = False


def give_more_for_a_tier(files: Files) -> None:
    files["applicants.json"]["id-of-an"]["merits"] = {"tier_3": 680}


def give_a_merit_more_than_the_order(files: Files) -> None:
    files["applicants.json"]["id-of-an"]["merits"] = {"tier_3": 675, "first_event": 25}


def give_a_merit_of_no_order(files: Files) -> None:
    files["applicants.json"]["id-of-an"]["merits"] = {"tier_3": 690, "friend_of_the_house": 10}


def give_no_tier(files: Files) -> None:
    files["applicants.json"]["id-of-an"]["merits"] = {"first_event": 20}
    files["applicants.json"]["id-of-an"]["points_registered"] = 20


def change_the_order_of_priority(files: Files) -> None:
    files["packs/priority.json"][0]["rules"][0]["points"] = 600


def change_with_merit(files: Files, merit: str) -> dict[str, Any]:
    """Return a change of somebody refused that says a merit would have been enough."""
    changes = [change for each in files["reasons.json"] for change in each["changes"]]
    found: dict[str, Any] = next(each for each in changes if each["data"].get("merits") == merit)
    return found


def promise_a_merit_nobody_can_have(files: Files) -> None:
    change_with_merit(files, "early")["data"] |= {"merits": "first_event", "points_first_event": 20}


def promise_more_for_a_merit(files: Files) -> None:
    change_with_merit(files, "new_product")["data"]["points_new_product"] = 15


def promise_too_little(files: Files) -> None:
    change_with_merit(files, "early")["data"]["points_early"] = 0


def promise_a_place_for_fewer_points_than_it_takes(files: Files) -> None:
    data = change_with_merit(files, "early")["data"]
    data |= {"points_needed": data["points"] + 5, "points_missing": 5, "points_early": 3}


def deny_a_merit_that_is_open(files: Files) -> None:
    change = change_with_merit(files, "early")
    data = {name: change["data"][name] for name in ("points", "points_needed", "points_missing")}
    change |= {"code": "points_lacking", "data": data}


def row_of(files: Files, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        each for each in files["input.json"]["applicants"] if each["application_id"] == f"id-of-{name}"
    )
    return found


def turn_a_provinces_list(files: Files) -> None:
    row_of(files, "dung")["rank"], row_of(files, "giang")["rank"] = 1, 3


def give_somebody_a_number(files: Files) -> None:
    row_of(files, "an")["drawn"] = 2**31 - 1


def tell_a_rank(files: Files) -> None:
    row_of(files, "an")["rank"] = 1


FULL: list[tuple[str, Plant]] = [
    ("left_told", say_that_a_holder_left),
    ("left_told", say_that_a_holder_left_by_no_event),
    ("left_told", say_that_a_holder_left_long_before),
    ("left_told", say_that_a_holder_declined),
    ("left_told", say_that_a_stranger_left),
    ("release_digest", say_that_a_holder_left_by_an_event),
    ("release_digest", name_another_paper),
    ("release_told", take_the_release_out),
    ("release_told", keep_the_seed_back),
    ("release_told", say_that_nothing_was_released),
    ("release_told", take_the_paper_out),
    ("version_told", call_it_public),
    ("version_told", number_somebody),
    ("version_told", give_somebody_a_number),
    ("draw_repeated", turn_a_provinces_list),
    ("reasons_told", turn_a_provinces_list),
    ("reasons_told", replace_all_reasons),
    ("reasons_told", replace_all_reasons_by_a_true_one),
    ("reasons_told", name_another_before),
    ("reasons_told", say_a_wish_was_unmet),
    ("reasons_told", tell_no_reasons),
    ("reasons_told", promise_a_merit_nobody_can_have),
    ("reasons_told", promise_more_for_a_merit),
    ("reasons_told", promise_too_little),
    ("reasons_told", promise_a_place_for_fewer_points_than_it_takes),
    ("reasons_told", deny_a_merit_that_is_open),
    ("points_told", give_more_for_a_tier),
    ("points_told", give_a_merit_more_than_the_order),
    ("points_told", give_a_merit_of_no_order),
    ("points_told", give_no_tier),
    ("points_told", change_the_order_of_priority),
]
PUBLIC: list[tuple[str, Plant]] = [
    ("version_told", call_it_full),
    ("version_told", tell_the_secret),
    ("version_told", tell_a_rank),
    ("version_told", number_somebody),
    ("release_told", take_the_release_out),
    ("release_told", keep_the_seed_back),
    ("left_told", say_that_a_holder_left),
    ("reasons_told", say_a_wish_was_unmet),
    ("reasons_told", tell_no_reasons),
    ("points_told", give_a_merit_more_than_the_order),
]
