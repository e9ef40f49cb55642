"""The forms that all events share: the event class itself and the values that many of them carry."""

import re
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache
from typing import Annotated, Any, ClassVar, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import (
    AfterValidator,
    AliasChoices,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from common.ids import id_text

TYPE_PREFIX = "ocop"
CONTACTS_TOPIC = "ocop.registration.contacts"


def events_topic(service: str) -> str:
    """Return the public topic of a service, e.g. ``ocop.allocation.events``."""
    return f"{TYPE_PREFIX}.{service}.events"


def agency_party_id(agency_code: str) -> UUID:
    """Return the ``party_id`` under which an agency's contact is recorded: a name-based UUID of its code."""
    return uuid5(NAMESPACE_URL, f"ocop:agency:{agency_code}")


def dead_letters_topic(service: str) -> str:
    """Return the topic of what a service could not take in, e.g. ``ocop.allocation.dlq``."""
    return f"{TYPE_PREFIX}.{service}.dlq"


class Value(BaseModel):
    """A frozen part of an event; unknown fields are ignored, so that an old reader takes a newer event."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", populate_by_name=True, serialize_by_alias=True, defer_build=True
    )


class OpenEnum(StrEnum):
    """An enumeration that may grow: a reader takes a value that it does not know as ``other``."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        return cls("other") if value != "other" and isinstance(value, str) else None

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[Any], handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(
            cls, core_schema.str_schema(), serialization=core_schema.plain_serializer_function_ser_schema(str)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "x-extensible-enum": [member.value for member in cls]}


@lru_cache(maxsize=4096)  # registers are small: most codes were seen before
def _valid_code(value: str) -> str:
    if not re.fullmatch(r"[\w.:\-/]{1,64}", value):
        raise PydanticCustomError("code_form", "A code has 1 to 64 letters, digits, '.', ':', '-', '_' or '/'")
    return value


Code = Annotated[str, AfterValidator(_valid_code), Field(json_schema_extra={"x-classification": "code"})]
"""A code from a register, never typed text."""

PublicName = Annotated[str, Field(max_length=500, json_schema_extra={"x-classification": "public-name"})]
"""The name or title of an organisation, paper, place or product, as printed in public."""

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", json_schema_extra={"x-classification": "digest"})]
"""A SHA-256 digest, hexadecimal."""

Vnd = Annotated[int, Field(ge=0)]


class LocalText(Value):
    """Text for people; Vietnamese is always there."""

    vi: PublicName
    en: PublicName | None = None


class Period(Value):
    """A period of days, both included."""

    first: date = Field(validation_alias=AliasChoices("from", "first"), serialization_alias="from")
    last: date = Field(validation_alias=AliasChoices("to", "last"), serialization_alias="to")


class LegalDocument(Value):
    """A numbered paper (số, ký hiệu, ngày, cơ quan ban hành, trích yếu) that a decision rests on."""

    type: Code
    number: Code | None
    notation: Code | None
    issued_on: date | None
    issuing_agency_code: Code
    title: PublicName


class Reason(Value):
    """Why: a code from a list, its text, the rule behind it as ``pack/version#rule``, and the facts."""

    code: Code
    text: LocalText
    rule: Annotated[str, Field(max_length=200, json_schema_extra={"x-classification": "code"})] | None = None
    data: dict[str, str | int | bool | date | None] = Field(
        default_factory=dict, json_schema_extra={"x-classification": "codes-and-figures"}
    )


class Qualifier(OpenEnum):
    """How exact a reported figure is (hơn, gần, khoảng, ước)."""

    EXACT = "exact"
    MORE_THAN = "more_than"
    NEARLY = "nearly"
    ABOUT = "about"
    ESTIMATED = "estimated"
    OTHER = "other"


class ReportedFigure(Value):
    """A figure as reported; unknown is None in its place, never 0."""

    value: int
    qualifier: Qualifier = Qualifier.EXACT
    is_estimate: bool = False


class Event(Value):
    """A fact that has happened; its wire name, topic, subject and key follow from class and module.

    The class ``BoothOffered`` in ``common.contracts.allocation`` is ``ocop.allocation.booth_offered.v1`` on
    ``ocop.allocation.events``; a breaking change is a new class ``BoothOfferedV2``.
    """

    subject_field: ClassVar[str]

    @classmethod
    def owner(cls) -> str:
        """Return the service that tells it: the name of the module that has the class."""
        return cls.__module__.rpartition(".")[2]

    @classmethod
    @cache
    def event_name(cls) -> str:
        """Return the name without service and version: ``booth_offered``."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", re.sub(r"V\d+$", "", cls.__name__)).lower()

    @classmethod
    @cache
    def event_version(cls) -> int:
        """Return the number behind the ``V`` of the class's name; 1 without one."""
        found = re.search(r"V(\d+)$", cls.__name__)
        return int(found[1]) if found else 1

    @classmethod
    @cache
    def event_type(cls) -> str:
        """Return ``ce_type``."""
        return f"{TYPE_PREFIX}.{cls.owner()}.{cls.event_name()}.v{cls.event_version()}"

    @classmethod
    @cache
    def schema_path(cls) -> str:
        """Return ``ce_dataschema``, relative to the service's public address."""
        return f"/contracts/{cls.event_name()}.v{cls.event_version()}.json"

    @classmethod
    def topic(cls) -> str:
        """Return the topic on which it is told: its owner's public one, unless the class names another."""
        return events_topic(cls.owner())

    @property
    def subject(self) -> str:
        """Return ``ce_subject``: the id of the thing that the event is about."""
        named = getattr(self, self.subject_field)
        return id_text(named) if isinstance(named, UUID) else str(named)

    @property
    def key(self) -> str:
        """Return the record key: what must stay in order, the edition where there is one."""
        edition_id: UUID | None = getattr(self, "edition_id", None)
        return self.subject if edition_id is None else id_text(edition_id)


Instant = AwareDatetime
