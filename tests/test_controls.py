"""What no request may hold, whatever route it is for: control characters in any string, days in years nobody means."""

from collections.abc import AsyncGenerator, Callable, Iterator
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import pytest
from fastapi._compat import ModelField
from fastapi.dependencies.models import Dependant
from fastapi.params import Form
from fastapi.routing import APIRoute
from pydantic import BaseModel
from tests.harness import Harness

from common.tokens import Role
from common.web.models import Paper, Strict, take_as_sent
from common.web.routing import UnitOfWorkRoute

NUL = "a\x00b"


@pytest.fixture(params=["registration", "allocation", "notifications", "reporting"])
async def service(request: pytest.FixtureRequest, make_harness: Callable[..., Any]) -> AsyncGenerator[Harness]:
    async with make_harness(request.param) as harness:
        yield harness


def all_of(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for inner in dependant.dependencies:
        yield from all_of(inner)


def fields_of(route: APIRoute, part: str) -> list[ModelField]:
    return [field for each in all_of(route.dependant) for field in getattr(each, part)]


def routes_of(service: Harness) -> list[tuple[str, APIRoute, str]]:
    """Every route with a transaction, and an address that fits it."""
    found: list[tuple[str, APIRoute, str]] = []
    for path, route in service.routes():
        if isinstance(route, UnitOfWorkRoute):
            address = path
            for field in fields_of(route, "path_params"):
                address = address.replace("{" + field.alias + "}", str(uuid4()))
            found.append((path, route, address))
    return found


async def refused_fields(service: Harness, route: APIRoute, address: str, **sent: Any) -> set[str]:
    async with service.client(min(Role)) as client:
        answer = await client.request(min(route.methods or {"GET"}), address, **sent)
    assert answer.status_code in (403, 422), (address, sent, answer.text)
    if "text/html" in answer.headers["content-type"]:
        return {"page"}
    assert answer.json()["code"] == "invalid_input"
    assert all(one["code"] == "control_character" and one["vi"] and one["en"] for one in answer.json()["errors"])
    return {one["field"] for one in answer.json()["errors"]}


async def test_every_route_refuses_a_control_character_in_its_address(service: Harness) -> None:
    looked_at = 0
    for path, route, address in routes_of(service):
        for field in fields_of(route, "query_params"):
            told = await refused_fields(service, route, address, params={field.alias: NUL})
            assert told & {field.alias, "page"}, (path, field.alias)
            looked_at += 1
        for field in fields_of(route, "path_params"):
            wrong = path.replace("{" + field.alias + "}", "a%00b")
            for other in fields_of(route, "path_params"):
                wrong = wrong.replace("{" + other.alias + "}", str(uuid4()))
            assert await refused_fields(service, route, wrong) & {field.alias, "page"}, (path, field.alias)
            looked_at += 1
    assert looked_at > 10


async def test_every_route_refuses_a_control_character_in_a_form(service: Harness) -> None:
    for path, route, address in routes_of(service):
        if (route.methods or set()) & {"GET", "HEAD"}:
            continue
        names = [field.alias for field in fields_of(route, "body_params") if isinstance(field.field_info, Form)]
        for name in [*names, "anything"]:
            form = {"data": {name: NUL}}
            parts = {"files": {name: (None, NUL)}}
            assert await refused_fields(service, route, address, **form) & {name, "page"}, path
            assert await refused_fields(service, route, address, **parts) & {name, "page"}, path


async def test_every_route_refuses_a_control_character_in_its_json(service: Harness) -> None:
    for path, route, address in routes_of(service):
        if not (route.methods or set()) & {"GET", "HEAD"}:
            body = {"some": [{"name": NUL}], "key\u0001": 1}
            told = await refused_fields(service, route, address, json=body)
            assert told & {"some[0].name", "page"}, path


async def test_a_control_character_in_a_header_is_refused_and_a_vietnamese_one_is_not(service: Harness) -> None:
    async with service.client(Role.OPERATOR) as client:
        path = f"/{service.name}/status"
        refused = await client.get(path, headers={"traceparent": "a\x00"})
        taken = await client.get(path, headers=[(b"User-Agent", "Điện thoại của Hương".encode())])
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "traceparent")
    assert taken.status_code == 200


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values():
            yield from models_in(field.annotation)
    for inner in getattr(annotation, "__args__", ()):
        yield from models_in(inner)


def is_day(annotation: Any) -> bool:
    inner = [annotation, *getattr(annotation, "__args__", ())]
    return any(one in (date, datetime) or (one is not annotation and is_day(one)) for one in inner)


def test_every_day_that_comes_in_is_held_against_the_years_that_people_mean(service: Harness) -> None:
    unchecked: list[str] = []
    for path, route, _ in routes_of(service):
        for field in [*fields_of(route, "query_params"), *fields_of(route, "path_params")]:
            said = repr(field.field_info.annotation) + repr(field.field_info.metadata)
            if "datetime.date" in said and take_as_sent.__name__ not in said:
                unchecked.append(f"{path} {field.alias}")
        for field in fields_of(route, "body_params"):
            for model in models_in(field.field_info.annotation):
                if not issubclass(model, Strict | Paper):
                    days = [name for name, one in model.model_fields.items() if is_day(one.annotation)]
                    unchecked += [f"{path} {model.__name__}.{name}" for name in days]
    assert unchecked == []
