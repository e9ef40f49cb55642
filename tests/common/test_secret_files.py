"""Settings in files: each named like its setting, behind the environment."""

from pathlib import Path

import pytest

from common.cli.serving import read_settings
from common.settings import ServiceSettings

FROM_FILE = "postgresql+asyncpg://of_the_file@postgres/registration"
FROM_ENVIRONMENT = "postgresql+asyncpg://of_the_environment@postgres/registration"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


def test_a_file_named_like_a_setting_gives_its_value_without_the_line_end(folder: Path) -> None:
    (folder / "database_url").write_text("postgresql+asyncpg://registration:secret@postgres/registration\n")
    settings = read_settings(ServiceSettings)
    assert settings.database_url.get_secret_value() == "postgresql+asyncpg://registration:secret@postgres/registration"


def test_the_environment_goes_before_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "database_url").write_text(FROM_FILE)
    monkeypatch.setenv("DATABASE_URL", FROM_ENVIRONMENT)
    assert read_settings(ServiceSettings).database_url.get_secret_value() == FROM_ENVIRONMENT


def test_what_is_neither_in_a_file_nor_in_the_environment_is_missed_by_name(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "link_key").write_text("of no use here")
    with pytest.raises(SystemExit) as end:
        read_settings(ServiceSettings)
    assert end.value.code == 2
    assert "DATABASE_URL" in capsys.readouterr().err


def test_the_file_gives_what_the_environment_leaves_empty(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "database_url").write_text(FROM_FILE)
    monkeypatch.setenv("DATABASE_URL", "")
    assert read_settings(ServiceSettings).database_url.get_secret_value() == FROM_FILE
