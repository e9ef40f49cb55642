"""A dossier is run again from its own input and seed."""

import io
import json
import zipfile
from pathlib import Path

import pytest
import typer
from tests.allocation.honest_dossier import Files, make_files, pack
from tests.bench import runs
from typer.testing import CliRunner

from allocation.commands import add_commands


@pytest.fixture(scope="module")
def honest() -> Files:
    return make_files()


@pytest.fixture
def cli() -> typer.Typer:
    made = typer.Typer()
    made.callback()(lambda: None)
    add_commands(made)
    return made


def test_a_dossier_run_again_gives_the_same_bytes(cli: typer.Typer, honest: Files, tmp_path: Path):
    path = tmp_path / "dossier.zip"
    path.write_bytes(pack(honest))
    done = CliRunner().invoke(cli, ["run-dossier", str(path)])
    assert done.exit_code == 0, done.output
    assert "GIỐNG HỆT" in done.output


def test_the_bench_tells_each_pass_of_a_dossiers_run_and_refuses_another_result(honest: Files, tmp_path: Path):
    path = tmp_path / "dossier.zip"
    path.write_bytes(pack(honest))
    passes = runs.measure(path)
    assert passes
    assert all(each.is_proven and each.name for each in passes)
    files = json.loads(json.dumps(honest))
    files["result.json"]["placements"].popitem()
    path.write_bytes(pack(files))
    with pytest.raises(ValueError, match="another result"):
        runs.measure(path)


def test_another_result_than_the_input_gives_is_told(cli: typer.Typer, honest: Files, tmp_path: Path):
    files = json.loads(json.dumps(honest))
    files["result.json"]["placements"].popitem()
    path = tmp_path / "dossier.zip"
    path.write_bytes(pack(files))
    assert CliRunner().invoke(cli, ["run-dossier", str(path)]).exit_code == 1


def test_what_cannot_be_run_again_is_told(cli: typer.Typer, honest: Files, tmp_path: Path):
    files = json.loads(json.dumps(honest))
    files["draw.json"]["seed"] = None
    path = tmp_path / "dossier.zip"
    for content in (pack(files), b"no archive", _empty()):
        path.write_bytes(content)
        assert CliRunner().invoke(cli, ["run-dossier", str(path)]).exit_code == 2
    assert CliRunner().invoke(cli, ["run-dossier", str(tmp_path / "nothing.zip")]).exit_code == 2


def _empty() -> bytes:
    made = io.BytesIO()
    zipfile.ZipFile(made, "w").close()
    return made.getvalue()
