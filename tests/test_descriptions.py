"""The OpenAPI description of every service is enough to call it: tokens, keys, refusals, and examples that hold."""

from collections.abc import AsyncGenerator, Callable, Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.harness import Harness
from tests.test_access import access_of

JSON = "application/json"


@pytest.fixture(params=["registration", "allocation", "notifications", "reporting"])
async def service(request: pytest.FixtureRequest, make_harness: Callable[..., Any]) -> AsyncGenerator[Harness]:
    async with make_harness(request.param) as harness:
        yield harness


def operations(service: Harness) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in service.app.openapi()["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def names(operation: dict[str, Any]) -> list[str]:
    return [parameter["name"] for parameter in operation.get("parameters", [])]


def test_a_route_with_roles_asks_for_a_token_and_names_them(service: Harness) -> None:
    described = dict(operations(service))
    for path, route in service.routes():
        roles = access_of(route)[0].roles
        for method in route.methods or ():
            operation = described.get(f"{method} {path}")
            if operation is not None:
                assert operation.get("x-roles", []) == sorted(roles), path
                assert bool(operation.get("security")) == bool(roles), path


def test_a_creating_route_asks_for_an_idempotency_key_and_no_other_does(service: Harness) -> None:
    for name, operation in operations(service):
        assert names(operation).count("Idempotency-Key") == ("201" in operation["responses"]), name


def test_refusals_are_problem_details(service: Harness) -> None:
    document = service.app.openapi()
    problem = document["components"]["responses"]["Problem"]["content"]["application/problem+json"]
    Draft202012Validator({**problem["schema"], "components": document["components"]}).validate(problem["example"])
    for name, operation in operations(service):
        refused = {code for code in operation["responses"] if not code.startswith("2")}
        assert all(operation["responses"][code].get("$ref", "").endswith("/Problem") for code in refused), name
        assert {"401", "403"} <= refused or not operation.get("security"), name


def test_every_body_and_every_answer_has_an_example_of_its_schema(service: Harness) -> None:
    components = service.app.openapi()["components"]
    for name, operation in operations(service):
        contents = [answer.get("content", {}) for answer in operation["responses"].values()]
        for content in [*contents, operation.get("requestBody", {}).get("content", {})]:
            if JSON in content and content[JSON].get("schema"):
                validator = Draft202012Validator({**content[JSON]["schema"], "components": components})
                mistakes = [
                    f"{mistake.json_path}: {mistake.message}"
                    for mistake in validator.iter_errors(content[JSON]["example"])
                ]
                assert mistakes == [], name
