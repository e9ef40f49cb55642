"""The folder is read whole, and every mistake in it is told at once with file, line and field."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.scenario.conftest import Folder, mistakes_of, places

from scenario.reading.folder import read_scenario
from scenario.script import steps


def test_the_small_fair_is_read_as_its_files_say(folder: Folder):
    scenario = read_scenario(folder.path)

    assert scenario.seed == "small-fair-1"
    assert scenario.edition.planned.first == date(2020, 9, 17)
    assert scenario.edition.opens_at == datetime(2020, 7, 15, 1, tzinfo=UTC), "without an offset it is Vietnam time"
    assert len(scenario.booths) == 8
    assert [nomination.province_code for nomination in scenario.nominations] == ["40", "48", "62"]
    assert scenario.nominations[0].paper.number == "210"
    first = next(row for row in scenario.applicants if row.ref == "48/1")
    assert [product.name for product in first.products] == ["Nước mắm Đại Dương", "Mực một nắng"]
    assert first.wishes.zone_codes == ("B",)
    assert first.wishes.corner is True
    assert isinstance(scenario.steps[-2], steps.Report)
    assert scenario.steps[-2].corrects == "result_city"
    assert isinstance(scenario.steps[-1], steps.Conclude)


def test_mistakes_of_all_files_are_told_at_once(folder: Folder):
    folder.replace("edition.toml", 'theme_region = "central_highlands"', 'theme_region = "the_moon"')
    folder.replace("agencies.csv", "hn.snn,Sở", "hn.snn,")
    folder.replace("floor_plan.csv", "A2,A,9", "A1,A,9")
    folder.replace("nominations/48.csv", "food,4,2019,301", "food,6,2019,301")
    folder.replace("story.toml", 'paper = "release"', 'paper = "nothing"')

    found = places(folder.path)

    assert ("edition.toml", 4, "theme_region") in found
    assert ("floor_plan.csv", 3, "booth_code") in found
    assert ("nominations/48.csv", 2, "stars") in found
    assert ("story.toml", 98, "steps[12].paper") in found


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "field"),
    [
        ("nominations/48.csv", "food,4,2019,301", "food,6,2019,301", 2, "stars"),
        ("nominations/48.csv", "0199800", "0199801", 2, "tax_id"),
        ("nominations/48.csv", "2020-02-14,province", "2020-02-30,province", 4, "decision_issued_on"),
        ("nominations/48.csv", "small02@example.com", "small02 at example", 4, "email"),
        ("nominations/48.csv", "vi,email,all,2,", "vi,email,all,3,", 2, "booths"),
        ("nominations/48.csv", "MAU-301,2019-12-20", "MAU-301,2017-09-19", 2, "certificate_issued_on"),
        ("nominations/62.csv", "@2022-12-31", "@2020-09-19", 2, "papers"),
        ("self_applications.csv", "\n1,01,VN", "\n1,99,VN", 2, "province_code"),
        ("floor_plan.csv", "B3,B,9", "B3,Z,9", 8, "zone_code"),
        ("floor_plan.csv", "B3,B,9,no,1", "B3,B,9,no,many", 8, "power_sockets"),
        ("agencies.csv", "2020-01-01", "01/01/2020", 2, "valid_from"),
        ("agencies.csv", "city,,01", "city,hn.vpdp,01", 2, "parent_code"),
        ("agencies.csv", "city,hn.snn,01", "city,hn.sct,01", 4, "parent_code"),
        ("nominations.csv", "48,t48.snn", "48,t99.snn", 3, "agency_code"),
        ("edition.toml", "booth_target = 8", "booth_target = 80", 0, "booth_code"),
        ("edition.toml", 'code = "foreign"\nfloor = 1', 'code = "foreign"\nfloor = 10', 29, "quotas[1].floor"),
        ("edition.toml", "official_days = 3", "official_days = 5", 7, "official_days"),
        ("edition.toml", "booth_target = 8", 'booth_target = 8\nbooth_traget = "9"', 9, "booth_traget"),
        ("edition.toml", "official_days = 3", "official_days = ", 7, ""),
        ("story.toml", 'report = "result_city_corrected"', 'report = "daily_1"', 247, "steps[33].report"),
        ("story.toml", 'by_workbook = ["48"]', 'by_workbook = ["49"]', 46, "steps[2].by_workbook"),
        ("story.toml", 'mistyped = ["48/1"]', 'mistyped = ["40/1"]', 47, "steps[2].mistyped"),
        ("story.toml", 'mistyped = ["48/1"]', 'mistyped = ["48/99"]', 47, "steps[2].mistyped"),
        ("story.toml", '"self_apply"\n', '"self_apply"\nby_draft = ["48/1"]\n', 51, "steps[3].by_draft"),
        ("story.toml", '"self_apply"\n', '"self_apply"\nby_draft = ["self/99"]\n', 51, "steps[3].by_draft"),
        ("story.toml", '"self_apply"\n', '"self_apply"\nby_mailed_link = ["self/1"]\n', 51, "steps[3].by_mailed_link"),
        ("story.toml", '"self_apply"\n', '"self_apply"\non_two_phones = ["self/1"]\n', 51, "steps[3].on_two_phones"),
        ("story.toml", 'step = "release"', 'step = "relaese"', 96, "steps[12].step"),
        ("story.toml", 'decline = ["48/2"]', 'decline = ["48/9"]', 104, "steps[13].decline"),
        ("story.toml", "at = 2020-08-25T09:00:00", "at = 2020-06-25T09:00:00", 114, "steps[15].at"),
        ("story.toml", "on = 2020-10-30\n", "on = 2020-11-30\n", 182, "steps[25].on"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_field(
    folder: Folder, file: str, old: str, new: str, line: int, field: str
):
    folder.replace(file, old, new)

    found = places(folder.path)

    assert field in [name for _, _, name in found]
    assert any((name == field and at == line) for _, at, name in found), found


def test_a_mistake_says_what_to_do_in_both_languages(folder: Folder):
    folder.replace("nominations/48.csv", "food,4,2019,301", "food,6,2019,301")

    (mistake,) = mistakes_of(folder.path)

    assert str(mistake) == "nominations/48.csv:2: stars: 6 ngoài khoảng 0-5 / 6 is not within 0-5"


def test_a_code_twice_names_file_and_line_of_the_first(folder: Folder):
    folder.replace("floor_plan.csv", "A2,A,9", "A1,A,9")
    folder.replace("edition.toml", 'code = "foreign"\nfloor = 1', 'code = "48"\nfloor = 1')
    folder.replace("edition.toml", 'dimension = "country"', 'dimension = "province"')

    told = [str(mistake) for mistake in mistakes_of(folder.path)]

    assert (
        "floor_plan.csv:3: booth_code: Mã A1 trùng với floor_plan.csv:2. / The code A1 is that of floor_plan.csv:2."
    ) in told
    assert any("Trùng với edition.toml:" in line for line in told), told
    assert not any("[0]" in line.partition(": ")[2].partition(": ")[2] for line in told), told


def test_one_vendor_named_by_two_provinces_is_told_with_both_places(folder: Folder):
    line = (folder.path / "nominations/48.csv").read_text(encoding="utf-8").splitlines()[1]
    tax_id = line.split(",")[4]
    folder.replace(
        "nominations/62.csv", (folder.path / "nominations/62.csv").read_text().splitlines()[1].split(",")[4], tax_id
    )

    (mistake,) = mistakes_of(folder.path)

    assert (mistake.file, mistake.line, mistake.field) == ("nominations/62.csv", 2, "tax_id")
    assert "48/1" in mistake.en


def test_a_name_with_control_characters_or_of_five_thousand_letters_is_refused(folder: Folder):
    folder.replace("nominations/48.csv", "Nước mắm Đại Dương", "Nước\x07mắm")
    folder.replace("nominations/48.csv", "Mực một nắng", "M" * 5000)

    assert places(folder.path) == [("nominations/48.csv", 2, "product"), ("nominations/48.csv", 3, "product")]


def test_a_missing_file_and_a_file_in_another_encoding_are_told(folder: Folder):
    (folder.path / "seed").unlink()
    path = folder.path / "agencies.csv"
    path.write_bytes(path.read_bytes() + b"\n\xff\xfe,x")

    found = places(folder.path)

    assert ("seed", 0, "") in found
    assert ("agencies.csv", 11, "") in found


def test_an_empty_folder_is_told_every_file_that_it_lacks(tmp_path: Path):
    files = ["agencies.csv", "edition.toml", "floor_plan.csv", "nominations.csv", "seed", "story.toml"]
    assert sorted(file for file, _, _ in places(tmp_path)) == files


def test_an_edition_that_is_no_toml_hides_no_missing_or_unreadable_file(folder: Folder):
    folder.replace("edition.toml", "official_days = 3", "official_days = ")
    folder.replace("story.toml", "[[steps]]", "[[steps")
    (folder.path / "floor_plan.csv").unlink()
    (folder.path / "nominations/48.csv").unlink()
    found = [(file, line) for file, line, _ in places(folder.path)]
    assert set(found) >= {("edition.toml", 7), ("floor_plan.csv", 0), ("nominations/48.csv", 0)}
    assert {file for file, _ in found} == {"edition.toml", "floor_plan.csv", "nominations/48.csv", "story.toml"}


def test_a_folder_that_is_not_there_is_told(tmp_path: Path):
    assert len(mistakes_of(tmp_path / "nothing")) == 1


def test_a_story_in_the_wrong_order_is_refused(folder: Folder):
    folder.replace("story.toml", '[[steps]]\nstep = "close"\nat = 2020-08-05T17:00:00\n', "")

    found = mistakes_of(folder.path)

    assert any(mistake.field == "steps[11].step" and "close" in mistake.en for mistake in found)


def test_a_registration_that_opens_before_its_time_is_told(folder: Folder):
    folder.replace("edition.toml", "opens_at = 2020-07-15T08:00:00", "opens_at = 2020-07-15T09:00:00")

    found = mistakes_of(folder.path)

    assert any(one.field == "steps[1].at" and "opens_at" in one.en for one in found)


def test_a_reason_that_is_none_is_told_with_those_that_there_are(folder: Folder):
    folder.replace("story.toml", 'reason_code = "epidemic"', 'reason_code = "moon"')

    [mistake] = mistakes_of(folder.path)

    assert mistake.field.endswith(".reason_code")
    assert "weather" in mistake.en


def test_an_organiser_withdraws_by_a_letter(folder: Folder):
    folder.replace("story.toml", 'by = "agency"\n', 'by = "organiser"\n')

    [mistake] = mistakes_of(folder.path)

    assert mistake.field.endswith(".paper")
    folder.replace("story.toml", 'by = "organiser"\n', 'by = "organiser"\npaper = "Đơn xin rút số 03/HTX"\n')
    assert "Đơn xin rút số 03/HTX" in {getattr(step, "paper", None) for step in read_scenario(folder.path).steps}


def test_text_of_several_lines_does_not_shift_the_lines(folder: Folder):
    folder.replace("story.toml", 'title = "Về việc tổ chức phiên chợ OCOP"', 'title = """Về việc\ntổ chức\nat = 1\n"""')
    folder.replace("story.toml", 'decline = ["48/2"]', 'decline = ["48/9"]')

    assert ("story.toml", 107, "steps[13].decline") in places(folder.path)


@pytest.mark.parametrize("column", ["papers", "papers_later"])
def test_a_kind_of_paper_that_no_rule_knows_is_told(folder: Folder, column: str):
    line = next(line for line in (folder.path / "nominations/40.csv").read_text(encoding="utf-8").splitlines()[1:])
    papers = "business_registration food_safety_certificate@2022-12-31"
    assert papers in line
    spoilt = papers.replace("business_registration", "busines_registration")
    if column == "papers":
        folder.replace("nominations/40.csv", papers, spoilt)
    else:
        folder.replace("nominations/40.csv", "applied_standard label traceability,,", "label,busines_registration,")

    found = mistakes_of(folder.path)

    assert [(one.file, one.line, one.field) for one in found] == [("nominations/40.csv", 2, column)]
    assert "busines_registration" in found[0].en
    assert "haccp" in found[0].en, "the kinds that may stand there are named"


def test_a_mistake_of_toml_at_the_end_of_the_file_is_told_with_its_last_line(folder: Folder):
    path = folder.path / "story.toml"
    text = path.read_text(encoding="utf-8").rstrip()
    path.write_text(f'{text}\nreason = """\n\n', encoding="utf-8")

    assert places(folder.path) == [("story.toml", len(text.splitlines()) + 1, "")]


@pytest.mark.parametrize(
    "name", ["agencies.csv", "nominations.csv", "nominations/48.csv", "self_applications.csv", "floor_plan.csv"]
)
def test_an_unreadable_file_brings_no_mistakes_in_the_others(folder: Folder, name: str):
    path = folder.path / name
    path.write_bytes(path.read_bytes() + b"\n\xff\xfe,x")

    assert [file for file, _, _ in places(folder.path)] == [name]


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("A2,A,9,no,0,3,0,A1 A3", "A2,A,9,no,0,0,0,A1 A3", "x"),
        ("A2,A,9,no,0,3,0,A1 A3", "A2,A,9,no,0,3,0,A1 A2", "neighbours"),
        ("A2,A,9,no,0,3,0,A1 A3", "A2,Q,9,no,0,3,0,A1 A3", "zone_code"),
        ("A2,A,9,no,0,3,0,A1 A3", "A2,A,9,no,0,east,0,A1 A3", "x"),
        ("A2,A,9,no,0,3,0,A1 A3", "A2,A,9,no,0,3,-2,A1 A3", "y"),
    ],
)
def test_the_plan_is_held_to_the_rules_of_the_service_that_publishes_it(folder: Folder, old: str, new: str, field: str):
    folder.replace("floor_plan.csv", old, new)

    assert places(folder.path) == [("floor_plan.csv", 3, field)]


def test_a_faulty_field_of_a_booth_hides_no_other_mistake_of_its_line(folder: Folder):
    folder.replace("floor_plan.csv", "A2,A,9,no,0,3,0,A1 A3", "A2,Q,9,no,-1,0,0,A1 A99")

    found = places(folder.path)

    assert sorted(found) == [("floor_plan.csv", 3, name) for name in ("neighbours", "power_sockets", "x", "zone_code")]
