"""The dated rules of the programme as values, and what follows from them: bands, levels, groups, certificates."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from common.errors import DomainError


class NoRuleForDateError(DomainError):
    """No version of a pack is in force on the day that decides."""

    code = "no_rule_for_date"

    def __init__(self, pack: str, on: date) -> None:
        super().__init__(
            f"Không có quy định ({pack}) có hiệu lực vào ngày {on:%d/%m/%Y}.",
            f"No rule ({pack}) is in force on {on.isoformat()}.",
            pack=pack,
            on=on.isoformat(),
        )


class PackChangedError(DomainError):
    """A stored version of a pack was given another content; a change is a new version."""

    code = "rule_pack_changed"

    def __init__(self, pack: str, version: str) -> None:
        super().__init__(
            f"Gói quy định {pack}/{version} đã lưu với nội dung khác; thay đổi phải là phiên bản mới.",
            f"Rule pack {pack}/{version} is stored with another content; a change is a new version.",
            pack=pack,
            version=version,
        )


class PackOverlapsError(DomainError):
    """A new version of a pack is in force on days of another one that has its own end."""

    code = "rule_pack_overlaps"

    def __init__(self, pack: str, version: str, other: str) -> None:
        super().__init__(
            f"Gói quy định {pack}/{version} trùng thời gian hiệu lực với {pack}/{other}.",
            f"Rule pack {pack}/{version} is in force on days of {pack}/{other}.",
            pack=pack,
            version=version,
            other=other,
        )


class PointsError(DomainError):
    """Points outside what a grading can give."""

    code = "points_out_of_range"
    status = 422


@dataclass(frozen=True, kw_only=True)
class Versioned:
    """One version of a pack and the days it is in force, both included; no end is None."""

    version: str
    valid_from: date
    valid_to: date | None


VersionedT = TypeVar("VersionedT", bound=Versioned)


def in_force(pack: str, versions: Sequence[VersionedT], on: date) -> VersionedT:
    """Return the version in force on a day; raises NoRuleForDateError."""
    for version in versions:
        if version.valid_from <= on and (version.valid_to is None or on <= version.valid_to):
            return version
    raise NoRuleForDateError(pack, on)


@dataclass(frozen=True, kw_only=True)
class StarBands(Versioned):
    """Bands as (stars, least points), most stars first; points in tenths."""

    bands: tuple[tuple[int, int], ...]
    certified_from_stars: int
    part_maxima: Mapping[str, int]


def stars_for(bands: StarBands, points: int) -> int:
    """Return the stars that points (in tenths, 0 to 1000) give; raises PointsError."""
    _within(points, 1000)
    return next(stars for stars, least in bands.bands if points >= least)


def is_certified(bands: StarBands, stars: int) -> bool:
    """Tell whether so many stars come with a certificate."""
    return stars >= bands.certified_from_stars


def check_part(bands: StarBands, part: str, points: int) -> None:
    """Check the points (in tenths) of part A, B or C of a grading; raises PointsError."""
    _within(points, bands.part_maxima[part])


def _within(points: int, most: int) -> None:
    if not 0 <= points <= most:
        raise PointsError(
            f"Điểm phải từ 0 đến {most / 10:g}.", f"Points run from 0 to {most / 10:g}.", points=points, most=most
        )


class Award(StrEnum):
    """Whether the agency that gave stars was competent on the day of its decision."""

    COMPETENT = "competent"
    DISPUTED = "disputed"
    NOT_COMPETENT = "not_competent"
    NO_RULE = "no_rule"


@dataclass(frozen=True, kw_only=True)
class AwardLevels(Versioned):
    """Which level of administration gives which stars; disputed levels are taken and flagged."""

    competent: Mapping[int, tuple[str, ...]]
    disputed: Mapping[int, tuple[str, ...]]


def judge_award(versions: Sequence[AwardLevels], stars: int, level: str, decided_on: date) -> Award:
    """Judge the level that gave the stars, by the rules of the day of the decision."""
    try:
        levels = in_force("award_levels", versions, decided_on)
    except NoRuleForDateError:
        return Award.NO_RULE
    if level not in levels.competent.get(stars, ()):
        return Award.NOT_COMPETENT
    return Award.DISPUTED if level in levels.disputed.get(stars, ()) else Award.COMPETENT


@dataclass(frozen=True, kw_only=True)
class ProductGroups(Versioned):
    """The programme's groups: codes with their Vietnamese labels, and how older codes read now."""

    labels: Mapping[str, str]
    successors: Mapping[str, str]


def group_label(groups: ProductGroups, code: str) -> str | None:
    """Return the label of a group in this version; None if the version does not know it."""
    return groups.labels.get(code)


def current_group(groups: ProductGroups, code: str) -> str | None:
    """Return what a group decided under an older version is called in this one; None if nothing fits."""
    code = groups.successors.get(code, code)
    return code if code in groups.labels else None


@dataclass(frozen=True, kw_only=True)
class CertificateLife(Versioned):
    """How long a certificate lives, and from how many days left it counts as expiring."""

    months: int
    expiring_days: int
    warn_days: tuple[int, ...]


class CertificateState(StrEnum):
    VALID = "valid_star"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    REVOKED = "revoked"
    NOT_YET = "not_yet_valid"


@dataclass(frozen=True)
class Certificate:
    issued_on: date
    revoked_on: date | None = None


def expires_on(life: CertificateLife, issued_on: date) -> date:
    """Return the first day without validity: so many months later, clamped to the month's end.

    What would end after the calendar does ends with it: such a day may be stored from before it was refused.
    """
    year, month = divmod(issued_on.year * 12 + issued_on.month - 1 + life.months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(issued_on.day, monthrange(year, month + 1)[1]))


def last_valid_day(life: CertificateLife, certificate: Certificate) -> date:
    """Return the last day on which a certificate is valid; a revocation ends it the day before."""
    end = expires_on(life, certificate.issued_on)
    if certificate.revoked_on is not None:
        end = min(end, certificate.revoked_on)
    return date.fromordinal(max(date.min.toordinal(), end.toordinal() - 1))


def certificate_state(life: CertificateLife, certificate: Certificate, on: date) -> CertificateState:
    """Return the state of a certificate on one day."""
    if on < certificate.issued_on:
        return CertificateState.NOT_YET
    if certificate.revoked_on is not None and on >= certificate.revoked_on:
        return CertificateState.REVOKED
    days_left = (expires_on(life, certificate.issued_on) - on).days
    if days_left <= 0:
        return CertificateState.EXPIRED
    return CertificateState.EXPIRING if days_left <= life.expiring_days else CertificateState.VALID


def is_valid_throughout(life: CertificateLife, certificate: Certificate, first_on: date, last_on: date) -> bool:
    """Tell whether a certificate is valid on every day of a period: the worst day counts."""
    return certificate.issued_on <= first_on and last_on <= last_valid_day(life, certificate)


@dataclass(frozen=True)
class ProductRules:
    """All that judges a product, whatever day decides: every version of the packs concerned."""

    award_levels: tuple[AwardLevels, ...]
    product_groups: tuple[ProductGroups, ...]
    certificate_life: tuple[CertificateLife, ...]
