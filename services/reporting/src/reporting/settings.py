"""Reporting's own settings."""

from pathlib import Path

from pydantic import Field

from common.settings import ServiceSettings


class Settings(ServiceSettings):
    """What reporting needs to run."""

    report_font_dirs: list[Path] = Field(
        default_factory=list[Path],
        description='JSON list of folders with further faces, for letters that Tinos lacks: ["/usr/share/fonts"]',
    )
    standing_agency_code: str = Field(default="hn.snn", description="agency (code) in whose name results are reported")
