"""Examples made from a JSON Schema: what a field's own example does not say follows from its name or its form."""

from collections.abc import Mapping
from typing import Any

BY_FORMAT = {
    "uuid": "01927a3e-5b1c-7c40-9d2e-3f6a8b0c1d2e",
    "date": "2020-10-09",
    "date-time": "2020-10-09T01:00:00Z",
    "uri": "https://ocop.example.org/",
    "email": "htx@example.com",
    "binary": "…",
}
BY_NAME: dict[str, Any] = {
    "agency_code": "hn.snn",
    "booth_code": "A01",
    "channel": "email",
    "code": "G2-2020",
    "country": "VN",
    "currency": "VND",
    "email": "htx@example.com",
    "language": "vi",
    "name": "Chè Shan tuyết",
    "notation": "KH-UBND",
    "number": "100",
    "phone": "+84900000000",
    "product_group": "food",
    "province_code": "02",
    "title": "Tổ chức sự kiện giới thiệu sản phẩm OCOP",
    "trade_name": "HTX Chè Hà Giang",
    "zone_code": "A",
}
DIGEST_PATTERN = "^[0-9a-f]{64}$"
MOST_DEPTH = 12


def example_of(schema: Mapping[str, Any], schemas: Mapping[str, Any], name: str = "", depth: int = 0) -> Any:
    """Return a value of a schema; ``schemas`` are the components that it may refer to, ``name`` is its field's."""
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas, name, depth + 1)
    for told in ("examples", "enum"):
        if schema.get(told):
            return schema[told][0]
    for told in ("example", "const", "default"):
        if schema.get(told) is not None:
            return schema[told]
    if choices := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
        real = [choice for choice in choices if choice.get("type") != "null"]
        return example_of(real[0], schemas, name, depth + 1) if real else None
    return _by_type(schema, schemas, name, depth)


def _by_type(schema: Mapping[str, Any], schemas: Mapping[str, Any], name: str, depth: int) -> Any:
    match schema.get("type"):
        case "object":
            return _object(schema, schemas, depth)
        case "array":
            return _array(schema, schemas, name, depth)
        case "string":
            return _text(schema, name)
        case "integer" | "number":
            return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
        case "boolean":
            return True
        case _:
            return None


def _object(schema: Mapping[str, Any], schemas: Mapping[str, Any], depth: int) -> dict[str, Any]:
    return {
        name: example_of(part, schemas, name, depth + 1)
        for name, part in schema.get("properties", {}).items()
        if depth < MOST_DEPTH or name in schema.get("required", ())
    }


def _array(schema: Mapping[str, Any], schemas: Mapping[str, Any], name: str, depth: int) -> list[Any]:
    singular = name.removesuffix("s")
    if "prefixItems" in schema:
        return [example_of(part, schemas, singular, depth + 1) for part in schema["prefixItems"]]
    items = schema.get("items")
    return [] if items is None or depth >= MOST_DEPTH else [example_of(items, schemas, singular, depth + 1)]


def _text(schema: Mapping[str, Any], name: str) -> str:
    if schema.get("format") in BY_FORMAT:
        return BY_FORMAT[schema["format"]]
    if schema.get("pattern") == DIGEST_PATTERN:
        return "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    known = next((value for key, value in BY_NAME.items() if name == key or name.endswith(f"_{key}")), None)
    return str(known) if known is not None else (name or "…")
