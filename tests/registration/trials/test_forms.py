"""The form of pack files: its schema is checked in, and every mistake is told with its line."""

import json
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from common.cli.main import make_cli
from registration.app import build
from registration.rules.packs import read_packs
from registration.settings import Settings
from registration.trials.commands import add_pack_commands
from registration.trials.forms import find_mistakes, schema_text

PACKS = Path(str(files("registration") / "packs"))
FILES = sorted(PACKS.glob("*.toml"))
SCHEMA = PACKS / "pack.schema.json"


def edited(tmp_path: Path, name: str, old: str, new: str) -> Path:
    content = (PACKS / name).read_text(encoding="utf-8")
    assert content.count(old) >= 1
    made = tmp_path / name
    made.write_text(content.replace(old, new, 1), encoding="utf-8")
    return made


def line_of(path: Path, text: str) -> int:
    return next(n for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if text in line)


def check(path: Path) -> Any:
    cli = make_cli("registration", Settings, build)
    add_pack_commands(cli)
    return CliRunner().invoke(cli, ["check-pack", str(path)])


def test_the_schema_is_what_the_rules_read() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_text()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_pack_that_comes_with_the_service_has_the_form(path: Path) -> None:
    assert find_mistakes(path) == []
    content = json.loads(json.dumps(tomllib.loads(path.read_text(encoding="utf-8")), default=str))
    Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(content)


def test_every_pack_says_in_both_languages_what_it_is_about() -> None:
    assert [pack.version for pack in read_packs() if not (pack.title or {}).get("vi")] == []


@pytest.mark.parametrize(
    ("name", "old", "new", "field"),
    [
        ("eligibility_2020.toml", 'effect = "without_star"', 'effect = "forgive"', "body.codes[6].effect"),
        ("eligibility_2020.toml", "max_booths = 2", 'max_booths = "two"', "body.max_booths"),
        ("eligibility_2020.toml", "processed_only = true", "processed = true", "body.papers[1].processed"),
        ("certificate_life_2019.toml", "months = 36", "month = 36", "body.month"),
        ("star_bands_2019.toml", "valid_from = 2019-08-21", 'valid_from = "soon"', "valid_from"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, name: str, old: str, new: str, field: str) -> None:
    path = edited(tmp_path, name, old, new)
    found = {mistake.field: mistake.line for mistake in find_mistakes(path)}
    assert found[field] == line_of(path, new)
    told = check(path)
    assert told.exit_code == 1
    assert f"{name}:{found[field]}: {field}: " in told.stderr


def test_what_is_no_toml_and_what_is_no_known_pack_is_told_with_its_line(tmp_path: Path) -> None:
    broken = edited(tmp_path, "subsidy_2022.toml", "max_booths = 2", "max_booths = = 2")
    [mistake] = find_mistakes(broken)
    assert mistake.line == line_of(broken, "= = 2")
    unknown = edited(tmp_path, "subsidy_2022.toml", 'pack = "subsidy"', 'pack = "gifts"')
    assert [(one.line, one.field) for one in find_mistakes(unknown)] == [(1, "pack")]


def test_a_golden_case_that_the_pack_does_not_hold_is_told(tmp_path: Path) -> None:
    path = edited(tmp_path, "subsidy_2022.toml", "rate_percent = 50", "rate_percent = 40")
    told = check(path)
    assert told.exit_code == 1
    assert "golden case SU1: expected 3000000; 6000000, the rules say 2400000; 4800000" in told.stderr
    assert check(PACKS / "subsidy_2022.toml").exit_code == 0


def test_a_pack_without_golden_cases_is_refused_in_both_languages(tmp_path: Path) -> None:
    whole = (PACKS / "subsidy_2022_later.toml").read_text(encoding="utf-8")
    made = tmp_path / "bare.toml"
    for content in (whole.partition("[[golden]]")[0], "golden = []\n" + whole.partition("[[golden]]")[0]):
        made.write_text(content, encoding="utf-8")
        done = check(made)
        assert done.exit_code == 1
        assert "golden: phải có ít nhất một trường hợp kiểm chứng" in done.output
        assert "at least one golden case" in done.output


def test_a_picture_is_no_pack(tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\xff")
    done = check(picture)
    assert (done.exit_code, done.exception.__class__) == (1, SystemExit)
    assert done.output == "picture.png:1: -: không phải tệp chữ UTF-8 / not a text file in UTF-8\n"
