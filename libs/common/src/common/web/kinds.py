"""Finds values of a request that pydantic would bend into another JSON type: nothing is stored that nobody wrote.

Strict mode is no way out: pydantic then refuses days, ids, enumerations and tuples as JSON writes them, because the web
framework hands over what it has parsed already. So what was sent is laid beside what was made of it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import InitErrorDetails

Location = tuple[str | int, ...]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ].+")


def refuse_bent(sent: object, taken: object, title: str) -> None:
    """Raise ValidationError that names each value of ``taken`` that was sent as another JSON type.

    Numbers for truths, truths or texts for numbers, and numbers for days and instants are such.
    """
    mistakes = [InitErrorDetails(type=kind, loc=place, input=raw) for place, kind, raw in _bent(sent, taken, ())]
    if mistakes:
        raise ValidationError.from_exception_data(title, mistakes)


def _bent(sent: Any, taken: object, place: Location) -> Iterator[tuple[Location, str, object]]:
    if sent is taken:
        return
    if isinstance(taken, BaseModel):
        if isinstance(sent, Mapping):
            yield from _bent_fields(sent, taken, place)
    elif isinstance(taken, Mapping):
        for name in taken.keys() & sent.keys():
            yield from _bent(sent[name], taken[name], (*place, str(name)))
    elif isinstance(taken, list | tuple):
        if isinstance(sent, Sequence) and len(sent) == len(taken):
            for index, (raw, one) in enumerate(zip(sent, taken, strict=True)):
                yield from _bent(raw, one, (*place, index))
    elif (kind := _kind_missed(sent, taken)) is not None:
        yield place, kind, sent


def _bent_fields(sent: Mapping[str, Any], taken: BaseModel, place: Location) -> Iterator[tuple[Location, str, object]]:
    for name, field in type(taken).model_fields.items():
        for key in {name, field.alias or name} & sent.keys():
            yield from _bent(sent[key], getattr(taken, name), (*place, key))


def _kind_missed(sent: object, taken: object) -> str | None:
    """Return pydantic's name of the mistake, None where the value was sent as what it is."""
    for kind, mistake, fits in _KINDS:
        if isinstance(taken, kind):
            return None if isinstance(taken, Enum) or fits(sent) else mistake
    return None


def _is_written(sent: object, kind: type[date], form: re.Pattern[str]) -> bool:
    return isinstance(sent, kind) or (isinstance(sent, str) and form.fullmatch(sent.strip()) is not None)


def _is_number(sent: object, kinds: tuple[type, ...]) -> bool:
    return isinstance(sent, kinds) and not isinstance(sent, bool)


# A truth is an int to Python, an instant a date: the narrower kind stands first.
_KINDS: tuple[tuple[type, str, Callable[[object], bool]], ...] = (
    (bool, "bool_type", lambda sent: isinstance(sent, bool)),
    (int, "int_type", lambda sent: _is_number(sent, (int,))),
    (float, "float_type", lambda sent: _is_number(sent, (int, float))),
    (datetime, "datetime_type", lambda sent: _is_written(sent, datetime, _INSTANT)),
    (date, "date_type", lambda sent: _is_written(sent, date, _DAY)),
)
