"""What no rule can mean: values out of bounds, and values that do not go together, each told with its line."""

import json
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.registration.trials.test_forms import SCHEMA, check, edited, line_of

from registration.rules.packs import read_packs
from registration.trials.forms import find_mistakes

LIFE, ELIGIBILITY, BANDS = "certificate_life_2019.toml", "eligibility_2020.toml", "star_bands_2019.toml"
OUT_OF_BOUNDS = [
    (LIFE, "warn_days = [90, 30, 7]", "warn_days = [-5]", "body.warn_days[0]"),
    (LIFE, "warn_days = [90, 30, 7]", "warn_days = []", "body.warn_days"),
    (LIFE, "months = 36", "months = 0", "body.months"),
    (LIFE, "expiring_days = 30", "expiring_days = -1", "body.expiring_days"),
    (ELIGIBILITY, "clean_record = 40", "clean_record = -40", "body.points.clean_record"),
    (ELIGIBILITY, "tier_1 = 700", "tier_1 = 70000", "body.points.tier_1"),
    (ELIGIBILITY, "max_booths = 2", "max_booths = 0", "body.max_booths"),
    (ELIGIBILITY, "counted_from_stars = 3", "counted_from_stars = 6", "body.counted_from_stars"),
    (ELIGIBILITY, "reply_working_days = 5", "reply_working_days = 0", "body.deadlines.reply_working_days"),
    (ELIGIBILITY, 'any_of = ["label"]', "any_of = []", "body.papers[3].any_of"),
    (ELIGIBILITY, 'code = "R01"', 'code = "the first"', "body.codes[0].code"),
    (ELIGIBILITY, 'vi = "Thiếu giấy chứng nhận đăng ký"', 'vi = ""', "body.codes[1].vi"),
    (ELIGIBILITY, 'home_province = "01"', 'home_province = "Hanoi"', "body.home_province"),
    (BANDS, "[5, 900]", "[5, 9000]", "body.bands[0][1]"),
    (BANDS, "[5, 900]", "[6, 900]", "body.bands[0][0]"),
    (BANDS, "{ A = 350", "{ A = -350", "body.part_maxima.A"),
    ("subsidy_2022.toml", "rate_percent = 50", "rate_percent = 500", "body.rate_percent"),
    ("award_levels_2022.toml", '4 = ["province"]', '4 = ["village"]', "body.competent.4[0]"),
]
NOT_TOGETHER = [
    (LIFE, "warn_days = [90, 30, 7]", "warn_days = [7, 30, 90]", "body.warn_days", "descending"),
    (LIFE, "warn_days = [90, 30, 7]", "warn_days = [30, 30]", "body.warn_days", "descending"),
    (BANDS, "[[5, 900], [4, 700]", "[[5, 700], [4, 900]", "body.bands", "descending"),
    (BANDS, "valid_to = 2023-02-23", "valid_to = 2013-02-23", "valid_to", "before"),
    (ELIGIBILITY, "first_event = 20\n", "", "body.points", "first_event"),
    (ELIGIBILITY, 'potential = "tier_7"', 'potential = "tier_8"', "body.class_tiers.potential", "tier_8"),
    (ELIGIBILITY, 'early = ["Nộp hồ sơ sớm", "Earlier submission"]\n', "", "body.texts", "early"),
    (ELIGIBILITY, 'code = "R13"\nany_of = ["vn_sublabel"]', 'code = "R77"\nany_of = ["vn_sublabel"]', "", "R77"),
    (ELIGIBILITY, 'code = "R20"', 'code = "R19"', "body.codes[19].code", "R19"),
    (ELIGIBILITY, 'name = "barred"', 'name = "late"', "body.codes[18].name", "late"),
    (ELIGIBILITY, 'code = "R05"\nname', 'code = "R55"\nname', "body.codes", "R05"),
]


@pytest.mark.parametrize(("name", "old", "new", "field"), OUT_OF_BOUNDS)
def test_a_value_out_of_bounds_is_refused_with_its_line_and_by_the_schema(
    tmp_path: Path, name: str, old: str, new: str, field: str
) -> None:
    path = edited(tmp_path, name, old, new)
    [mistake] = find_mistakes(path)
    assert (mistake.field, mistake.line) == (field, line_of(path, new))
    told = check(path)
    assert told.exit_code == 1
    assert f"{name}:{mistake.line}: {field}: " in told.stderr
    content = json.loads(json.dumps(tomllib.loads(path.read_text(encoding="utf-8")), default=str))
    assert not Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).is_valid(content)


@pytest.mark.parametrize(("name", "old", "new", "field", "said"), NOT_TOGETHER)
def test_values_that_do_not_go_together_are_refused_with_their_line(
    tmp_path: Path, name: str, old: str, new: str, field: str, said: str
) -> None:
    path = edited(tmp_path, name, old, new)
    [mistake] = find_mistakes(path)
    assert mistake.field == (field or "body.papers[5].code")
    assert mistake.line > 1
    assert said in mistake.text
    assert f"{name}:{mistake.line}: " in check(path).stderr


def test_other_points_break_a_golden_case(tmp_path: Path) -> None:
    for old, new in (("clean_record = 40", "clean_record = 30"), ("early_days = 9", "early_days = 8")):
        told = check(edited(tmp_path, ELIGIBILITY, old, new))
        assert told.exit_code == 1
        assert "golden case PP" in told.stderr


def test_every_pack_with_points_has_golden_cases_of_each_kind_of_points() -> None:
    for pack in read_packs():
        said = " ".join(str(case["expect"]) for case in pack.golden if "days_early" in case)
        assert [code for code in pack.body.get("points", {}) if code.removesuffix("_days") not in said] in (
            [],
            ["new_product"],
        )
