"""The form of a pack file: models made from the values that the rules use, their JSON Schema, and mistakes with their lines."""

import dataclasses
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from registration.agencies.domain import ProvinceRegister
from registration.priorities.domain import PriorityRules
from registration.rules.domain import AwardLevels, CertificateLife, ProductGroups, StarBands
from registration.rules.packs import PackFile, read_pack
from registration.subsidies.domain import SubsidyRules
from registration.trials.bounds import BOUNDS
from registration.trials.places import find_line, find_places
from registration.trials.relations import find_faults
from registration.vendors.domain import TaxIdRules
from registration.vetting.domain import Eligibility

BODIES: Mapping[str, tuple[type[Any], ...]] = {
    "star_bands": (StarBands,),
    "award_levels": (AwardLevels,),
    "product_groups": (ProductGroups,),
    "certificate_life": (CertificateLife,),
    "eligibility": (Eligibility, PriorityRules),
    "subsidy": (SubsidyRules,),
    "tax_ids": (TaxIdRules,),
    "provinces": (ProvinceRegister,),
}
"""What the body of each kind of pack is read into."""
OF_THE_FILE = {"version", "valid_from", "valid_to"}
STRICT = ConfigDict(extra="forbid")
NO_CASES = (
    "phải có ít nhất một trường hợp kiểm chứng [[golden]] với id, dữ liệu và expect"
    " / at least one golden case [[golden]] with id, inputs and expect is needed"
)


@dataclass(frozen=True)
class Mistake:
    """What is wrong with a pack file, where: ``field`` as ``body.codes[3].effect``."""

    file: str
    line: int
    field: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.text}"


class Title(BaseModel):
    """What a pack is about, for people."""

    model_config = STRICT

    vi: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


def _strict(kind: Any) -> Any:
    """Return a type with every dataclass in it as a model that refuses unknown fields."""
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _model_of(kind.__name__, (kind,))
    origin: Any = get_origin(kind)
    if origin is None:
        return kind
    strict = tuple(_strict(one) for one in get_args(kind))
    return origin[strict] if strict != get_args(kind) else kind


def _model_of(name: str, kinds: tuple[type[Any], ...], **more: Any) -> type[BaseModel]:
    fields: dict[str, Any] = {}
    for kind in kinds:
        hints = get_type_hints(kind)
        for field in dataclasses.fields(kind):
            if (len(kinds) == 1 and field.name in OF_THE_FILE and kind not in _ALL) or field.name not in OF_THE_FILE:
                bounded = BOUNDS.get((kind, field.name)) or _strict(hints[field.name])
                fields[field.name] = (bounded, _default_of(field))
    return create_model(name, __config__=STRICT, **{**fields, **more})


_ALL = frozenset(kind for kinds in BODIES.values() for kind in kinds)


def _default_of(field: Any) -> Any:
    return ... if field.default is dataclasses.MISSING else field.default


@lru_cache(maxsize=16)
def form_of(pack: str) -> type[BaseModel]:
    """Return the model of a kind's files."""
    rows_from: dict[str, Any] = {"rows_from": (str | None, None), "rows": (list[dict[str, str]] | None, None)}
    body = _model_of(f"{pack}_body", BODIES[pack], **(rows_from if pack == "provinces" else {}))
    return create_model(
        f"{pack}_pack",
        __config__=STRICT,
        pack=(str, Field(pattern=f"^{pack}$")),
        version=(str, Field(pattern=r"^[\w\-]+$", max_length=40, description="never used again for another content")),
        valid_from=(date, Field(description="the first day in force")),
        valid_to=(date | None, Field(default=None, description="the last day in force; left out: no end is known")),
        title=(Title, Field(description="what the pack is about")),
        legal_document=(str | None, Field(default=None, description="the paper that it rests on: number and notation")),
        trust=(str, Field(min_length=1, description="what is a fact, what a choice, what unconfirmed")),
        body=(body, Field(description="what decides")),
        golden=(
            list[dict[str, Any]],
            Field(min_length=1, description="cases with `id`, inputs and `expect`, run before the pack is taken"),
        ),
    )


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of pack files: one of the kinds."""
    definitions: dict[str, Any] = {}
    kinds: list[dict[str, str]] = []
    for pack in sorted(BODIES):
        schema = form_of(pack).model_json_schema(ref_template="#/$defs/{model}")
        definitions |= schema.pop("$defs", {})
        definitions[f"{pack}_pack"] = schema
        kinds.append({"$ref": f"#/$defs/{pack}_pack"})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Rule pack of OCOP Showcase (TOML)",
        "oneOf": kinds,
        "$defs": definitions,
    }


def schema_text() -> str:
    """Return the schema as its file holds it."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"


def find_mistakes(path: Path) -> list[Mistake]:
    """Return all that is wrong with a file's form, by line."""
    try:
        content = path.read_text(encoding="utf-8")
        found = tomllib.loads(content)
    except UnicodeDecodeError:
        return [Mistake(path.name, 1, "-", "không phải tệp chữ UTF-8 / not a text file in UTF-8")]
    except tomllib.TOMLDecodeError as error:
        return [Mistake(path.name, _line_of(str(error)), "-", str(error))]
    kind = found.get("pack")
    if kind not in BODIES:
        known = ", ".join(sorted(BODIES))
        return [Mistake(path.name, find_line(content, ("pack",)), "pack", f"not one of: {known}")]
    places = find_places(content)
    try:
        form_of(kind).model_validate(found)
    except ValidationError as error:
        return sorted(_to_mistakes(path.name, error, places), key=lambda one: (one.line, one.field))
    faults = [Mistake(path.name, _near(where, places), _to_field(where), text) for where, text in find_faults(found)]
    return faults if "id" in _ids(found) else [*faults, *_goldens(path.name, found, places)]


def _ids(found: Mapping[str, Any]) -> set[str]:
    return {"id"} if all({"id", "expect"} <= case.keys() for case in found.get("golden", [])) else set()


def _goldens(file: str, found: Mapping[str, Any], places: Mapping[tuple[str | int, ...], int]) -> list[Mistake]:
    return [
        Mistake(file, _near(("golden", place), places), f"golden[{place}]", "needs id and expect")
        for place, case in enumerate(found["golden"])
        if not {"id", "expect"} <= case.keys()
    ]


def _to_mistakes(file: str, error: ValidationError, places: Mapping[tuple[str | int, ...], int]) -> Iterator[Mistake]:
    problems = error.errors(include_url=False)
    inside = {problem["loc"][:-1] for problem in problems}
    for problem in problems:
        where = problem["loc"]
        if problem["type"] == "too_short" and where in inside:
            continue  # it only counts what is left without the wrong entries, each of which is told
        field = _to_field(where)
        text = NO_CASES if where == ("golden",) else problem["msg"]
        yield Mistake(file, _near(where, places), field, text)


def _to_field(where: tuple[str | int, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in where).removeprefix(".")


def _near(where: tuple[str | int, ...], places: Mapping[tuple[str | int, ...], int]) -> int:
    """Return the line of an entry, else that of the nearest one around it."""
    while where and where not in places:
        where = where[:-1]
    return places.get(where, 1)


def _line_of(text: str) -> int:
    number = text.partition("at line ")[2].partition(",")[0]
    return int(number) if number.isdigit() else 1


def read_file(path: Path) -> PackFile:
    """Return a pack file whose form is right."""
    return read_pack(path.parent, path)
