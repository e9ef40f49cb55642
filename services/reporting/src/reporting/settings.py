"""Reporting's own settings."""

from pathlib import Path

from pydantic import Field, field_validator

from common.settings import ServiceSettings
from reporting.agencies.repository import name_agencies


class Settings(ServiceSettings):
    """What reporting needs to run."""

    report_font_dirs: list[Path] = Field(
        default_factory=list[Path],
        description='JSON list of folders with further faces, for letters that Tinos lacks: ["/usr/share/fonts"]',
    )
    agencies_file: Path | None = Field(
        default=None, description="CSV of agencies that the service's pack does not know, or knows by other names"
    )
    standing_agency_code: str | None = Field(
        default=None, description="agency (code) in whose name results are reported; else each edition's first host"
    )
    central_agency_code: str = Field(
        default="tw.vpdp", description="agency (code) at the centre to which every result report is copied"
    )

    @field_validator("agencies_file")
    @classmethod
    def _can_be_read(cls, table: Path | None) -> Path | None:
        """Refuse a table with mistakes before the service starts."""
        name_agencies(table)
        return table
