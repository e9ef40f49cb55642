"""Two plays are the same when figures, placements, plan and reports are; else the first difference is named."""

import json
from pathlib import Path

import pytest

from scenario.compare import main
from scenario.doors.system import Json

SUMMARY: Json = {
    "placements": {"Hợp tác xã Mật ong": ["A01", "A02"]},
    "reports": [{"kind": "daily", "figures": {"visits": {"value": 3950}}}],
}


def results(folder: Path, summary: Json = SUMMARY) -> Path:
    (folder / "reports").mkdir(parents=True)
    (folder / "summary.json").write_text(json.dumps(summary))
    (folder / "plan.svg").write_text("<svg/>")
    (folder / "reports/daily_1.pdf").write_bytes(b"%PDF")
    return folder


def test_two_plays_that_gave_the_same_are_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(results(tmp_path / "a")), str(results(tmp_path / "b"))]) == 0
    assert "the same" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"placements": {"Hợp tác xã Mật ong": ["A01", "A03"]}}, "placements.Hợp tác xã Mật ong[1]: 'A02' and 'A03'"),
        ({"placements": {}}, "placements.Hợp tác xã Mật ong: ['A01', 'A02'] and '(missing)'"),
        ({"reports": [{"kind": "daily", "figures": {"visits": {"value": 1}}}]}, "figures.visits.value: 3950 and 1"),
        ({"reports": []}, "reports: "),
    ],
)
def test_the_first_figure_or_placement_that_differs_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changed: Json, told: str
) -> None:
    one, other = results(tmp_path / "a"), results(tmp_path / "b", SUMMARY | changed)
    assert main([str(one), str(other)]) == 1
    assert told in capsys.readouterr().err


def test_a_report_that_differs_or_is_missing_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other = results(tmp_path / "a"), results(tmp_path / "b")
    (other / "reports/daily_1.pdf").write_bytes(b"%PDF other")
    assert main([str(one), str(other)]) == 1
    assert "reports/daily_1.pdf: the contents differ" in capsys.readouterr().err
    (other / "reports/daily_1.pdf").unlink()
    assert main([str(one), str(other)]) == 1
    assert f"reports/daily_1.pdf: only in {one}" in capsys.readouterr().err


def test_folders_without_results_are_not_called_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path), str(tmp_path)]) == 2
    assert "no results to compare" in capsys.readouterr().err
