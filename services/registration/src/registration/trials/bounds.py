"""Between what the values of packs lie: types in the place of those that the rules are read with."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from registration.agencies.domain import ProvinceEntry
from registration.dossiers.domain import MOST_BOOTHS, MOST_STARS
from registration.priorities.domain import PriorityRules
from registration.rules.domain import AwardLevels, CertificateLife, ProductGroups, StarBands
from registration.subsidies.domain import SubsidyRules
from registration.vendors.domain import TaxIdRules
from registration.vetting.domain import CodeRule, Deadlines, Eligibility, PaperRule

MOST_DAYS = 3650
MOST_POINTS = 10_000
Days = Annotated[int, Field(ge=1, le=MOST_DAYS)]
Stars = Annotated[int, Field(ge=1, le=MOST_STARS)]
Booths = Annotated[int, Field(ge=1, le=MOST_BOOTHS)]
Points = Annotated[int, Field(ge=0, le=MOST_POINTS)]
Tenths = Annotated[int, Field(ge=0, le=1000, description="points of a grading in tenths")]
Text = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Code = Annotated[str, Field(pattern=r"^[A-Z]\d{2}$")]
Province = Annotated[str, Field(pattern=r"^\d{2}$")]
Level = Literal["central", "province", "district", "commune"]
Papers = Annotated[tuple[Name, ...], Field(min_length=1)]
BothLanguages = tuple[Text, Text]

BOUNDS: Mapping[tuple[type[Any], str], Any] = {
    (StarBands, "bands"): Annotated[tuple[tuple[Stars, Tenths], ...], Field(min_length=1)],
    (StarBands, "certified_from_stars"): Stars,
    (StarBands, "part_maxima"): Mapping[str, Tenths],
    (AwardLevels, "competent"): Mapping[Stars, tuple[Level, ...]],
    (AwardLevels, "disputed"): Mapping[Stars, tuple[Level, ...]],
    (ProductGroups, "labels"): Annotated[Mapping[Name, Text], Field(min_length=1)],
    (CertificateLife, "months"): Annotated[int, Field(ge=1, le=600)],
    (CertificateLife, "expiring_days"): Days,
    (CertificateLife, "warn_days"): Annotated[tuple[Days, ...], Field(min_length=1, max_length=10)],
    (Eligibility, "home_province"): Province,
    (Eligibility, "max_booths"): Booths,
    (Eligibility, "counted_from_stars"): Stars,
    (Eligibility, "registration_papers"): Papers,
    (Eligibility, "nomination_papers"): Papers,
    (Eligibility, "invitation_papers"): Papers,
    (PriorityRules, "points"): Mapping[Name, Points],
    (PriorityRules, "texts"): Mapping[Name, BothLanguages],
    (PaperRule, "code"): Code,
    (PaperRule, "any_of"): Papers,
    (CodeRule, "code"): Code,
    (CodeRule, "name"): Name,
    (CodeRule, "vi"): Text,
    (CodeRule, "en"): Text,
    (Deadlines, "reply_working_days"): Annotated[int, Field(ge=1, le=60)],
    (Deadlines, "last_reply_days_before"): Annotated[int, Field(ge=0, le=365)],
    (Deadlines, "appeal_working_days"): Annotated[int, Field(ge=1, le=60)],
    (Deadlines, "late_withdrawal_days_before"): Annotated[int, Field(ge=0, le=365)],
    (Deadlines, "record_months"): Annotated[int, Field(ge=0, le=240)],
    (SubsidyRules, "rate_percent"): Annotated[int | None, Field(ge=0, le=100)],
    (SubsidyRules, "max_booths"): Booths,
    (SubsidyRules, "basis_vi"): Text,
    (SubsidyRules, "basis_en"): Text,
    (TaxIdRules, "weights"): Annotated[
        tuple[Annotated[int, Field(ge=1, le=100)], ...], Field(min_length=9, max_length=9)
    ],
    (ProvinceEntry, "code"): Province,
    (ProvinceEntry, "name_vi"): Text,
}
"""Of which dataclass, of which field: its type in the form; what is not here may be anything of its own type."""
