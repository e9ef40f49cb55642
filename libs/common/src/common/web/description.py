"""The OpenAPI description, completed by what only the routes know: roles, Idempotency-Key, problem details, examples."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from common.tokens import Role
from common.web.access import Access
from common.web.examples import example_of
from common.web.idempotency import HEADER, MAX_KEY
from common.web.routing import UnitOfWorkRoute

JSON = "application/json"
METHODS_WITH_BODY = frozenset({"post", "put", "patch"})

PROBLEM: dict[str, Any] = {
    "description": "Problem details (RFC 9457); each mistake names its field, in Vietnamese and English.",
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "detail_vi", "errors", "instance"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:ocop:problem:invalid_input"]},
        "title": {"type": "string", "examples": ["Unprocessable Entity"]},
        "status": {"type": "integer", "examples": [422]},
        "code": {"type": "string", "description": "stable, for programs", "examples": ["invalid_input"]},
        "detail": {"type": "string", "examples": ["The input has 1 mistake(s); nothing of it was stored."]},
        "detail_vi": {"type": "string", "examples": ["Dữ liệu gửi lên có 1 lỗi; không có gì được lưu."]},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "vi", "en"],
                "properties": {
                    "field": {"type": "string", "examples": ["rows[3].products[0].stars"]},
                    "code": {"type": "string", "examples": ["less_than_equal"]},
                    "vi": {"type": "string", "examples": ["Phải nhỏ hơn hoặc bằng 5."]},
                    "en": {"type": "string", "examples": ["Must be at most 5."]},
                },
            },
        },
        "instance": {"type": "string", "examples": ["/registration/editions/…/nominations"]},
        "details": {"type": "object", "description": "facts of this code"},
    },
}
KEY_PARAMETER: dict[str, Any] = {
    "name": HEADER,
    "in": "header",
    "required": True,
    "description": "makes the request safe to repeat: the same key and body get the same answer, for two days",
    "schema": {"type": "string", "minLength": 1, "maxLength": MAX_KEY},
    "example": "7f1c9c1e-6c2c-4b7e-9d55-0a1f0c7b2f11",
}


class DescribedApp(FastAPI):
    """An application whose description is enough to call it."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document, completed at the first call and kept."""
        document = super().openapi()
        components = document.setdefault("components", {})
        if "responses" not in components:  # a description is made once and kept
            _complete(self, document, components)
        return document


def _complete(app: FastAPI, document: dict[str, Any], components: dict[str, Any]) -> None:
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = PROBLEM
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    media = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example_of(PROBLEM, schemas)}
    components["responses"] = {
        "Problem": {"description": PROBLEM["description"], "content": {"application/problem+json": media}}
    }
    for path, method, route in _routes(app):
        operation = document["paths"].get(path, {}).get(method)
        if operation is not None:
            _complete_operation(operation, method, route, schemas)
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)


def _routes(app: FastAPI) -> Iterator[tuple[str, str, APIRoute]]:
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute):
            for method in context.original_route.methods or ():
                yield str(context.path), method.lower(), context.original_route


def _complete_operation(operation: dict[str, Any], method: str, route: APIRoute, schemas: dict[str, Any]) -> None:
    roles = _roles(route)
    if roles:
        operation["security"] = [{"bearer": []}]
        operation["x-roles"] = sorted(roles)
    creates = route.status_code == HTTPStatus.CREATED and isinstance(route, UnitOfWorkRoute)
    if creates:
        operation.setdefault("parameters", []).append(KEY_PARAMETER)
    answers = operation["responses"]
    for code in ("4XX", "422"):
        answers.pop(code, None)
    for status in _refusals(operation, method, has_roles=bool(roles)):
        answers[str(int(status))] = {"$ref": "#/components/responses/Problem"}
    contents = [answer.get("content", {}) for answer in answers.values()]
    for content in [*contents, operation.get("requestBody", {}).get("content", {})]:
        media = content.get(JSON)
        if media and media.get("schema") and "example" not in media:
            media["example"] = example_of(media["schema"], schemas)


def _roles(route: APIRoute) -> set[Role]:
    declared = [found.dependency for found in route.dependencies if isinstance(found.dependency, Access)]
    return {role for access in declared for role in access.roles}


def _refusals(operation: dict[str, Any], method: str, *, has_roles: bool) -> list[HTTPStatus]:
    """Return the refusals that a caller must be ready for."""
    places = {parameter["in"] for parameter in operation.get("parameters", [])}
    found: list[HTTPStatus] = []
    if method in METHODS_WITH_BODY:
        found += [HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE]
    if has_roles:
        found += [HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN]
    if "path" in places:
        found.append(HTTPStatus.NOT_FOUND)
    if places or "requestBody" in operation:
        found.append(HTTPStatus.UNPROCESSABLE_ENTITY)
    return sorted(found)
