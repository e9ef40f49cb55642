"""What the readers of all steps share: what a step may refer to, and how."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from registration.editions.reasons import EditionReason
from scenario.reading.fields import Fields
from scenario.reading.tables import lacks
from scenario.script.model import Paper
from scenario.script.steps import Selection

NO_PAPER = Paper("", None, None, None, "", "")


@dataclass
class Known:
    """What steps may refer to; None where a file that says it could not be read."""

    papers: Mapping[str, Paper]
    refs: set[str] | None
    province_codes: set[str]
    agency_codes: set[str] | None
    zone_codes: set[str]
    booth_codes: set[str]
    reports: dict[str, str]


def read_known_agency(fields: Fields, name: str, known: Known) -> str:
    code = fields.code(name)
    if lacks(known.agency_codes, code):
        fields.wrong(name, f"không có cơ quan {code} trong agencies.csv", f"agencies.csv has no agency {code}")
    return code


def read_step_paper(fields: Fields, known: Known) -> Paper:
    name = fields.text("paper")
    if name and name not in known.papers:
        fields.wrong("paper", f"không có [papers.{name}]", f"there is no [papers.{name}]")
    return known.papers.get(name, NO_PAPER)


def read_reason(fields: Fields) -> str:
    """Read why an edition is suspended, moved or resized; vendors are told it."""
    return fields.choice("reason_code", tuple(EditionReason))


def read_refs(fields: Fields, name: str, known: Known) -> tuple[str, ...]:
    refs = fields.words(name)
    for ref in refs:
        if lacks(known.refs, ref):
            fields.wrong(
                name, f"không có hồ sơ {ref}", f"there is no applicant {ref} (write <province>/<rank> or self/<rank>)"
            )
    return refs


def check_booths(fields: Fields, name: str, codes: Collection[str], known: Known) -> None:
    """Note booths that floor_plan.csv does not have; of a plan that could not be read none is known."""
    for code in codes if known.booth_codes else ():
        if code not in known.booth_codes:
            fields.wrong(name, f"floor_plan.csv không có gian {code}", f"floor_plan.csv has no booth {code}")


def read_selection(fields: Fields, name: str, known: Known) -> Selection:
    return (
        None
        if fields.values.get(name, "all") == "all" and (fields.raw(name) or True)
        else read_refs(fields, name, known)
    )
