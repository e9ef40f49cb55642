"""The auditor's check finds each planted violation, and under its own name."""

import io
import json
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.allocation.audit import plants
from tests.allocation.honest_dossier import Files, make_files, pack

from allocation.audit import check_allocation
from allocation.dossiers import documents

Plant = Callable[[Files], None]


@pytest.fixture(scope="module")
def honest() -> Files:
    return make_files()


@pytest.fixture(scope="module")
def honest_public() -> Files:
    return make_files(is_public=True)


def failed(archive: bytes) -> set[str]:
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        verdicts = check_allocation.check(check_allocation.read_dossier(packed))
    return {each["code"] for each in verdicts if each["verdict"] == "failed"}


def places(files: Files) -> dict[str, list[str]]:
    found: dict[str, list[str]] = files["result.json"]["placements"]
    return found


def told(files: Files, name: str) -> dict[str, Any]:
    return next(each for each in files["result.json"]["objectives"] if each["name"] == name)


def applicant_of(files: Files, name: str) -> dict[str, Any]:
    return next(each for each in files["input.json"]["applicants"] if each["application_id"] == f"id-of-{name}")


def redigest(files: Files) -> None:
    files["run.json"]["input_digest"] = sha256(documents.canonical(files["input.json"])).hexdigest()


def place_and_say_infeasible(files: Files) -> None:
    files["result.json"]["status"] = "infeasible"


def place_a_stranger(files: Files) -> None:
    places(files)["id-of-nobody"] = ["B3"]


def take_one_of_two_booths(files: Files) -> None:
    places(files)["id-of-an"].pop()


def place_on_no_booth(files: Files) -> None:
    places(files)["id-of-minh"] = ["Z9"]


def place_two_on_one_booth(files: Files) -> None:
    places(files)["id-of-minh"] = places(files)["id-of-khanh"]


def part_two_booths(files: Files) -> None:
    own = places(files)["id-of-an"]
    for booth in files["input.json"]["booths"]:
        booth["neighbours"] = [code for code in booth["neighbours"] if not {code, booth["booth_code"]} <= set(own)]


def shrink_the_street(files: Files) -> None:
    files["input.json"]["target"] = 5


def shrink_a_zone(files: Files) -> None:
    files["input.json"]["zone_capacities"] = {"A": 3, "B": 2}


def tighten_a_ceiling(files: Files) -> None:
    next(each for each in files["input.json"]["bounds"] if each["group"] == "province:26")["ceiling"] = 3


def hide_a_missed_floor(files: Files) -> None:
    next(each for each in files["input.json"]["bounds"] if each["group"] == "province:02")["floor"] = 3


def count_to_another_province(files: Files) -> None:
    files["applicants.json"]["id-of-lan"]["province_code"] = "04"


def boast_of_wishes(files: Files) -> None:
    told(files, "wishes_corner_unmet").update(value=7, bound=7)


def bound_below_the_value(files: Files) -> None:
    files["result.json"]["status"] = "feasible"
    told(files, "placed_points_700")["bound"] = 0


def claim_a_proof(files: Files) -> None:
    told(files, "placed_points_500")["bound"] += 1


def give_points_to_the_refused(files: Files) -> None:
    """The refused one would now stand before all, and its own level is counted as the run told it."""
    refused = next(each for each in files["input.json"]["applicants"] if each["application_id"] not in places(files))
    refused["points"] = 699
    files["result.json"]["objectives"].append({"name": "placed_points_699", "value": 0, "bound": 0})


def change_the_seed(files: Files) -> None:
    files["draw.json"]["seed"] = "another"


def swap_among_equals(files: Files) -> None:
    """Whoever was refused with as many points gets the place of a holder drawn before it, and nothing else changes."""
    level = {name: each for name in ("dung", "giang", "hoa") if (each := applicant_of(files, name))["points"] == 500}
    inside = next(name for name in level if f"id-of-{name}" in places(files))
    outside = next(name for name in level if f"id-of-{name}" not in places(files))
    places(files)[f"id-of-{outside}"] = places(files).pop(f"id-of-{inside}")
    for each in files["release.json"]["offers"]:
        if each["application_id"] == f"id-of-{inside}":
            each["application_id"] = f"id-of-{outside}"


def offer_another_booth(files: Files) -> None:
    one, other = files["release.json"]["offers"][1:3]
    one["booth_codes"], other["booth_codes"] = other["booth_codes"], one["booth_codes"]


def drop_an_offer(files: Files) -> None:
    files["release.json"]["offers"].pop()


def reorder_the_line(files: Files) -> None:
    files["release.json"]["waiting"].reverse()


def override_without_paper(files: Files) -> None:
    files["overrides.json"].append({"reason": "khẩn cấp", "approver": "an officer"})


PAPER = {"number": "12"}


def approve_an_own_override(files: Files) -> None:
    words = {"reason": "khẩn cấp", "legal_document": PAPER, "proposer": "an officer", "approver": "an officer"}
    files["overrides.json"].append({**words, "changes": []})


def override_into_a_held_booth(files: Files) -> None:
    refused = next(each for each in files["input.json"]["applicants"] if each["application_id"] not in places(files))
    change = {"application_id": refused["application_id"], "booth_codes": places(files)["id-of-minh"]}
    words = {"reason": "khẩn cấp", "legal_document": PAPER, "proposer": "one", "approver": "another"}
    files["overrides.json"].append({**words, "changes": [change]})


def forbid_a_holder_any_place(files: Files) -> None:
    files["input.json"]["pins"] = [{"application_id": "id-of-minh", "rule": "forbid", "target": "place", "code": None}]


def change_the_input(files: Files) -> None:
    files["input.json"]["applicants"][0]["wishes"]["power"] = True


def reserve_a_held_booth(files: Files) -> None:
    code = places(files)["id-of-khanh"][0]
    files["input.json"]["rules"]["reservations"][0]["booth_codes"] = ["A1", code]


def require_a_floor_beyond(files: Files) -> None:
    next(each for each in files["input.json"]["bounds"] if each["group"] == "province:26")["floor"] = 5


def free_a_cook_of_its_zone(files: Files) -> None:
    del applicant_of(files, "khanh")["needs"]


def forget_the_points_of_a_class(files: Files) -> None:
    files["input.json"]["rules"]["priority_classes"][0]["points"] = 50


def tell_another_quota(files: Files) -> None:
    files["quotas.json"][0]["ceiling"] = 9


def tell_more_held(files: Files) -> None:
    files["quotas.json"][0]["held"] += 1


def share_otherwise(files: Files) -> None:
    files["fairness.json"][0]["rows"][0]["share_permille"] += 1


def count_applications_to_another_group(files: Files) -> None:
    """Sums stay right, and so does the share of booths."""
    [row] = next(each["rows"] for each in files["fairness.json"] if each["dimension"] == "region")
    row["code"] = "south_east"


def tell_a_rule_in_other_words(files: Files) -> None:
    files["rules.json"]["hard"][0]["vi"] = "Hồ sơ bất kỳ được xếp gian."


def put_the_draw_first(files: Files) -> None:
    files["rules.json"]["objective"].reverse()


def put_wishes_before_places(files: Files) -> None:
    files["result.json"]["objectives"].reverse()


def name_another_group_in_a_rule(files: Files) -> None:
    files["edition_rules.json"]["reservations"][0]["groups"] = ["province:01"]


def say_that_neighbours_are_varied(files: Files) -> None:
    files["edition_rules.json"]["is_varied"] = True


def tell_a_rule_twice_once_as_it_was(files: Files) -> None:
    told = files["edition_rules.json"]["reservations"]
    told.insert(0, {**told[0], "booth_codes": ["B1"]})


def own_bound(files: Files, group: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in files["edition_rules.json"]["bounds"] if each["group"] == group)
    return found


def tell_a_lower_floor(files: Files) -> None:
    own_bound(files, "province:26")["floor"] = 1


def tell_a_tighter_ceiling(files: Files) -> None:
    own_bound(files, "province:26")["ceiling"] = 3


def call_a_required_floor_a_wish(files: Files) -> None:
    own_bound(files, "province:26")["is_required"] = False


def leave_a_floor_out(files: Files) -> None:
    """It stays a required floor by name: its number was told in the rule alone."""
    own_bound(files, "province:26")["floor"] = None


def leave_a_ceiling_out(files: Files) -> None:
    files["edition_rules.json"]["bounds"].remove(own_bound(files, "zone:B"))


def tell_a_bound_nobody_judged_by(files: Files) -> None:
    files["edition_rules.json"]["bounds"].append({**own_bound(files, "zone:B"), "group": "province:48"})


def tell_another_quota_of_the_edition(files: Files) -> None:
    files["run.json"]["edition"]["quotas"][0]["floor"] = 2


def as_told_before(plant: Plant) -> Plant:
    """Return the same plant in a dossier of the time when an edition's quotas were not told apart."""

    def plant_both(files: Files) -> None:
        plant(files)
        del files["run.json"]["edition"]["quotas"]

    plant_both.__name__ = f"{plant.__name__}_as_told_before"
    return plant_both


def tell_a_pin_nobody_made(files: Files) -> None:
    said = {"application_id": "id-of-minh", "rule": "pin", "target": "place", "code": None, "reason": "khẩn cấp"}
    files["pins.json"].append(said)


def leave_an_applicant_out(files: Files) -> None:
    del files["applicants.json"]["id-of-lan"]


def reason_of(files: Files, name: str) -> dict[str, Any]:
    return next(each for each in files["reasons.json"] if each["application_id"] == f"id-of-{name}")


def change_the_secret(files: Files) -> None:
    files["draw.json"]["secret"] = "another-that-gives-the-same-keys?"


def keep_the_secret_back(files: Files) -> None:
    del files["draw.json"]["secret"]


def draw_somebody_by_another_name(files: Files) -> None:
    files["draw.json"]["names"]["id-of-hoa"] = "name of a friend"


def draw_somebody_by_no_name(files: Files) -> None:
    del files["draw.json"]["names"]["id-of-hoa"]


def tell_a_refused_one_it_has_a_place(files: Files) -> None:
    reason_of(files, "lan")["is_placed"] = True


def tell_other_points(files: Files) -> None:
    next(each for each in reason_of(files, "an")["reasons"] if "points" in each["data"])["data"]["points"] = 999


def leave_a_reason_out(files: Files) -> None:
    files["reasons.json"].pop()


def count_somebody_left_out_who_is_not_told(files: Files) -> None:
    files["run.json"]["left_out"] = 1


def leave_out_who_takes_part(files: Files) -> None:
    who = files["reasons.json"][0]
    files["left_out.json"] = [{**who, "is_placed": False, "reasons": [], "changes": []}]
    files["run.json"]["left_out"] = 1


def say_a_check_failed(files: Files) -> None:
    files["check.json"][0]["verdict"] = "failed"


PLANTED: list[tuple[str, Plant]] = [
    ("nobody_if_infeasible", place_and_say_infeasible),
    ("accepted_only", place_a_stranger),
    ("booths_as_granted", take_one_of_two_booths),
    ("booths_exist", place_on_no_booth),
    ("one_holder", place_two_on_one_booth),
    ("side_by_side", part_two_booths),
    ("street_room", shrink_the_street),
    ("zone_room", shrink_a_zone),
    ("quota_ceilings", tighten_a_ceiling),
    ("own_rules", reserve_a_held_booth),
    ("required_floors", require_a_floor_beyond),
    ("bound_by_rules", free_a_cook_of_its_zone),
    ("priority_classes", forget_the_points_of_a_class),
    ("quota_floors", hide_a_missed_floor),
    ("groups", count_to_another_province),
    ("objectives", boast_of_wishes),
    ("bounds", bound_below_the_value),
    ("proof", claim_a_proof),
    ("priority", give_points_to_the_refused),
    ("seed_committed", change_the_seed),
    ("keys_sealed", change_the_secret),
    ("keys_sealed", keep_the_secret_back),
    ("keys_sealed", draw_somebody_by_another_name),
    ("keys_sealed", draw_somebody_by_no_name),
    ("draw_repeated", swap_among_equals),
    ("priority", swap_among_equals),
    ("offers", offer_another_booth),
    ("offers", drop_an_offer),
    ("waiting_line", reorder_the_line),
    ("overrides", override_without_paper),
    ("overrides", approve_an_own_override),
    ("overridden_places", override_into_a_held_booth),
    ("pins", forbid_a_holder_any_place),
    ("input_digest", change_the_input),
    ("quotas_told", tell_another_quota),
    ("quotas_told", tell_more_held),
    ("shares_told", share_otherwise),
    ("shares_told", count_applications_to_another_group),
    ("rules_told", tell_a_rule_in_other_words),
    ("rules_told", put_the_draw_first),
    ("rules_told", put_wishes_before_places),
    ("own_rules_told", name_another_group_in_a_rule),
    ("own_rules_told", say_that_neighbours_are_varied),
    ("own_rules_told", tell_a_rule_twice_once_as_it_was),
    ("own_bounds_told", tell_a_lower_floor),
    ("own_bounds_told", tell_a_tighter_ceiling),
    ("own_bounds_told", call_a_required_floor_a_wish),
    ("own_bounds_told", leave_a_floor_out),
    ("own_bounds_told", leave_a_ceiling_out),
    ("own_bounds_told", tell_a_bound_nobody_judged_by),
    ("own_bounds_told", tell_another_quota_of_the_edition),
    ("own_bounds_told", as_told_before(tell_a_tighter_ceiling)),
    ("own_bounds_told", as_told_before(leave_a_ceiling_out)),
    ("own_bounds_told", as_told_before(tell_a_bound_nobody_judged_by)),
    ("pins_told", tell_a_pin_nobody_made),
    ("applicants_told", leave_an_applicant_out),
    ("reasons_told", tell_a_refused_one_it_has_a_place),
    ("reasons_told", tell_other_points),
    ("reasons_told", leave_a_reason_out),
    ("left_out_told", count_somebody_left_out_who_is_not_told),
    ("left_out_told", leave_out_who_takes_part),
    ("check_told", say_a_check_failed),
    *plants.FULL,
]
TOLD = {
    "quotas.json": "quotas_told",
    "fairness.json": "shares_told",
    "rules.json": "rules_told",
    "edition_rules.json": "own_rules_told",
    "applicants.json": "applicants_told",
    "reasons.json": "reasons_told",
    "check.json": "check_told",
}


@pytest.mark.parametrize(("code", "plant"), PLANTED)
def test_a_planted_violation_is_found_under_its_name(honest: Files, code: str, plant: Plant):
    files = json.loads(json.dumps(honest))
    assert failed(pack(files)) == set()
    plant(files)
    if code != "input_digest":
        redigest(files)
    assert code in failed(pack(files))


@pytest.mark.parametrize(("code", "plant"), plants.PUBLIC)
def test_a_violation_planted_in_the_public_version_is_found_under_its_name(
    honest_public: Files, code: str, plant: Plant
):
    files = json.loads(json.dumps(honest_public))
    assert failed(pack(files)) == set()
    plant(files)
    assert code in failed(pack(files))


@pytest.mark.parametrize("name", sorted(TOLD))
@pytest.mark.parametrize("content", [[], {}, None], ids=["list", "object", "gone"])
def test_a_file_that_was_emptied_or_taken_out_is_found_though_the_list_fits(honest: Files, name: str, content: Any):
    files = json.loads(json.dumps(honest))
    files[name] = content
    if content is None:
        del files[name]
    archive = pack(files)
    try:
        assert TOLD[name] in failed(archive)
    except (AttributeError, KeyError):
        assert name == "applicants.json", "without the list of applicants this is no dossier: exit code 2"


def test_what_cannot_be_checked_is_said_with_each_answer(
    honest: Files, honest_public: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    path = tmp_path / "dossier.zip"
    path.write_bytes(pack(honest))
    check_allocation.main([str(path)])
    said = [line for line in capsys.readouterr().out.splitlines() if "not checked: " in line]
    assert len(said) == len(check_allocation.NOT_CHECKED) + 1
    check_allocation.main([str(path), "--digest", honest["run.json"]["input_digest"]])
    said = [line for line in capsys.readouterr().out.splitlines() if "not checked: " in line]
    assert len(said) == len(check_allocation.NOT_CHECKED)
    path.write_bytes(pack(honest_public))
    check_allocation.main([str(path)])
    said = [line for line in capsys.readouterr().out.splitlines() if "not checked: " in line]
    assert len([line for line in said if "public version: " in line]) == len(check_allocation.NOT_CHECKED_PUBLIC)


def test_a_dossier_that_tells_no_quotas_apart_is_right_as_it_was(honest: Files):
    files = json.loads(json.dumps(honest))
    del files["run.json"]["edition"]["quotas"]
    assert failed(pack(files)) == set()


def test_a_dossier_of_the_version_before_is_right_as_it_was(honest: Files):
    files = json.loads(json.dumps(honest))
    files["run.json"]["checker"]["version"], files["fairness.json"] = "7", files["fairness.json"][:4]
    del files["run.json"]["release_digest"], files["packs/priority.json"]
    for who in files["applicants.json"].values():
        del who["merits"]
    assert failed(pack(files)) == {"check_told"}  # which says that what is not told now was checked
    files["check.json"] = [
        each for each in files["check.json"] if each["code"] not in {"release_digest", "points_told"}
    ]
    assert failed(pack(files)) == set()


def test_a_file_changed_added_or_taken_away_is_found(honest: Files):
    whole = json.loads(json.dumps(honest))
    whole["manifest.json"]["files"] = {
        name: sha256(documents.canonical(text) if name.endswith(".json") else text.encode()).hexdigest()
        for name, text in honest.items()
        if name != "manifest.json"
    }
    assert failed(pack(whole, is_listed=False)) == set()
    for change in ({"README.txt": "read nothing"}, {"letter.txt": "a letter"}):
        assert failed(pack({**whole, **change}, is_listed=False)) == {"files"}
    assert failed(pack({name: text for name, text in whole.items() if name != "README.txt"}, is_listed=False)) == {
        "files"
    }


def test_every_check_was_seen_red_here():
    assert {code for code, _ in PLANTED} | {"files", "published_before"} == {
        each.code for each in check_allocation.CHECKS
    }


def test_the_answer_is_a_list_of_names_in_both_languages_and_an_exit_code(
    honest: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    path = tmp_path / "dossier.zip"
    path.write_bytes(pack(honest))
    assert check_allocation.main([str(path)]) == 0
    assert "ĐẠT / passed: Mỗi gian một chủ thể / A booth has one holder" in capsys.readouterr().out
    files = json.loads(json.dumps(honest))
    place_two_on_one_booth(files)
    path.write_bytes(pack(files))
    assert check_allocation.main([str(path)]) == 1
    assert "SAI / FAILED: Mỗi gian một chủ thể" in capsys.readouterr().out
    path.write_bytes(b"no archive")
    assert check_allocation.main([str(path)]) == 2
    assert check_allocation.main([str(tmp_path / "nothing.zip")]) == 2
    assert check_allocation.main([]) == 2


@pytest.mark.parametrize(
    ("option", "file", "name"),
    [
        ("--commitment", "draw.json", "seed_commitment"),
        ("--secret-commitment", "draw.json", "secret_commitment"),
        ("--digest", "run.json", "input_digest"),
        ("--release-digest", "run.json", "release_digest"),
    ],
)
def test_a_dossier_of_another_run_than_the_published_one_is_found_though_it_is_right_in_itself(
    honest: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, file: str, name: str
):
    path = tmp_path / "dossier.zip"
    path.write_bytes(pack(honest))
    assert check_allocation.main([str(path), option, honest[file][name].upper()]) == 0
    assert check_allocation.main([option, "0" * 64, str(path), "--json"]) == 1
    said = json.loads(capsys.readouterr().out.split("\n[", 1)[1].join(("[", "")))
    assert [each["code"] for each in said if each["verdict"] == "failed"] == ["published_before"]
    assert check_allocation.main([str(path), option]) == 2
    assert check_allocation.main([str(path), "--digets", "0" * 64]) == 2


def _encrypted(archive: bytearray) -> None:
    archive[6] |= 1  # of the first file's own head
    archive[archive.index(b"PK\x01\x02") + 8] |= 1


def _packed_as_nobody_knows(archive: bytearray) -> None:
    archive[8] = 99
    archive[archive.index(b"PK\x01\x02") + 10] = 99


def _damaged(archive: bytearray) -> None:
    begin = 30 + int.from_bytes(archive[26:28], "little") + int.from_bytes(archive[28:30], "little")
    archive[begin : begin + 8] = b"\xff" * 8


@pytest.mark.parametrize("spoil", [_encrypted, _packed_as_nobody_knows, _damaged])
def test_an_archive_that_cannot_be_read_is_called_that_and_not_a_wrong_dossier(
    honest: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str], spoil: Callable[[bytearray], None]
):
    path, archive = tmp_path / "dossier.zip", bytearray(pack(honest))
    spoil(archive)
    path.write_bytes(archive)
    assert check_allocation.main([str(path)]) == 2
    assert "no dossier of an allocation" in capsys.readouterr().err


def test_an_archive_with_two_files_of_one_name_is_refused(honest: Files, tmp_path: Path):
    path = tmp_path / "dossier.zip"
    path.write_bytes(pack(honest))
    with zipfile.ZipFile(path) as archive:
        told = archive.read("README.txt")
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("README.txt", told)
    assert check_allocation.main([str(path)]) == 2


def test_the_file_uses_nothing_but_the_standard_library():
    imported = {
        line.split()[1].split(".")[0]
        for line in Path(check_allocation.__file__).read_text().splitlines()
        if line.startswith(("import ", "from "))
    }
    assert imported <= {
        "__future__",
        "bisect",
        "csv",
        "datetime",
        "hashlib",
        "hmac",
        "io",
        "json",
        "sys",
        "zipfile",
        "zlib",
        "collections",
        "dataclasses",
        "typing",
    }
