"""The part of JSON Schema that our published schemas use, checked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SCHEMAS = Path(__file__).parents[2] / "docs/schema"

_TYPES: dict[str, Any] = {
    "object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float), "null": type(None),
}  # fmt: skip


def problems(document: Any, schema_name: str) -> list[str]:
    """Where a document does not follow a schema of docs/schema."""
    return list(_problems(document, _schema(schema_name), schema_name, "$"))


def _schema(name: str) -> Any:
    return json.loads((SCHEMAS / name).read_text(encoding="utf-8"))


def _problems(value: Any, schema: Any, home: str, at: str) -> Any:
    if "$ref" in schema:
        file, _, path = schema["$ref"].partition("#/")
        home = file or home
        found = _schema(home)
        for part in path.split("/"):
            found = found[part]
        yield from _problems(value, found, home, at)
        return
    if "const" in schema and value != schema["const"]:
        yield f"{at} is {value!r}, not {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at} is {value!r}, none of {schema['enum']}"
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(_is(value, name) for name in types):
        yield f"{at} is {value!r}, no {' or '.join(types)}"
    if isinstance(value, list):
        for i, item in enumerate(value):
            yield from _problems(item, schema.get("items", {}), home, f"{at}[{i}]")
    if isinstance(value, dict):
        yield from (f"{at} lacks {key}" for key in schema.get("required", ()) if key not in value)
        more = schema.get("additionalProperties", {})
        for key, item in value.items():
            inner = schema.get("properties", {}).get(key, more)
            if inner is False:
                yield f"{at} has {key}"
            else:
                yield from _problems(item, inner if isinstance(inner, dict) else {}, home, f"{at}.{key}")


def _is(value: Any, name: str) -> bool:
    return isinstance(value, _TYPES[name]) and (name == "boolean" or not isinstance(value, bool))
