"""Control characters in what comes in by HTTP: refused at the door, whatever route and field they are for.

The database takes no NUL in any text, and the rest of them nobody can see. Of JSON only NUL is refused here: its models tell
of the rest beside all else that is wrong. Letters that are merely hidden (a turned
writing direction, no width) are for the models to judge: who types a draft is told of them beside the field.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, cast
from urllib.parse import parse_qsl

from fastapi import Request
from fastapi.exceptions import RequestValidationError

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# UTF-8 in a header is read as Latin-1, where the second half of a Vietnamese letter looks like a control character.
HEADER_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
# What a body with a control character in a string must have somewhere; only such a body is read twice.
RAW = rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]"
NUL = re.compile("\x00")
JSON_NUL = re.compile(rb"\\u0000|\x00")
FORM_CONTROL = re.compile(rb"%0[^9aAdD]|%1|%7[fF]|%[cC]2%[89]|[\x80-\x9f]|" + RAW)
MULTIPART_CONTROL = re.compile(RAW)
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"

Place = tuple[str | int, ...]


async def refuse_controls(request: Request) -> None:
    """Raise RequestValidationError for every string of a request that has a control character, by its place."""
    found = [*_in_address(request), *await _in_body(request)]
    if found:
        raise RequestValidationError(
            [{"type": "control_character", "loc": at, "msg": "", "ctx": {"letter": letter}} for at, letter in found]
        )


def _in_address(request: Request) -> Iterator[tuple[Place, str]]:
    for name, value in request.path_params.items():
        yield from _look(("path", name), str(value))
    yield from _in_pairs("query", request.query_params.multi_items())
    for name, value in request.headers.items():
        yield from _look(("header", name), value, HEADER_CONTROL)


async def _in_body(request: Request) -> Sequence[tuple[Place, str]]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == FORM:
        return await _in_form(request)
    if kind == MULTIPART:
        return await _in_parts(request)
    return await _in_text(request) if not kind or "json" in kind else []


async def _in_form(request: Request) -> Sequence[tuple[Place, str]]:
    """Look beside the framework, which keeps to what the route allows and gives its own answer to more."""
    body = await request.body()
    pairs = parse_qsl(body.decode("latin-1"), keep_blank_values=True) if FORM_CONTROL.search(body) else []
    return list(_in_pairs("body", pairs))


async def _in_parts(request: Request) -> Sequence[tuple[Place, str]]:
    if not MULTIPART_CONTROL.search(await request.body()):
        return []
    parts = (await request.form()).multi_items()
    return list(_in_pairs("body", [(name, value) for name, value in parts if isinstance(value, str)]))


async def _in_text(request: Request) -> Sequence[tuple[Place, str]]:
    body = await request.body()
    if not JSON_NUL.search(body):
        return []
    try:
        return list(_in_json(("body",), json.loads(body)))
    except (ValueError, RecursionError):
        return []  # the route says what is wrong with it


def _in_pairs(where: str, pairs: Sequence[tuple[str, str]]) -> Iterator[tuple[Place, str]]:
    for name, value in pairs:
        yield from _look((where, CONTROL.sub("\ufffd", name)), name + value)


def _in_json(at: Place, value: object) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield from _look(at, value, NUL)
    elif isinstance(value, dict):
        for name, inner in cast("dict[str, Any]", value).items():
            yield from _look((*at, CONTROL.sub("\ufffd", name)), name, NUL)
            yield from _in_json((*at, name), inner)
    elif isinstance(value, list):
        for number, inner in enumerate(cast("list[Any]", value)):
            yield from _in_json((*at, number), inner)


def _look(at: Place, text: str, refused: re.Pattern[str] = CONTROL) -> Iterator[tuple[Place, str]]:
    if found := refused.search(text):
        yield at, f"U+{ord(found[0]):04X}"
