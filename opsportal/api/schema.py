"""What the generated schema cannot know: the one shape of all errors."""

from __future__ import annotations

from typing import Any

from drf_spectacular.settings import spectacular_settings

from opsportal.api.routing import routes

_PROBLEM = {
    "type": "object",
    "required": ["field", "row", "message"],
    "properties": {
        "field": {"type": "string", "description": "Name of the field; blank when the whole request is meant."},
        "row": {"type": "integer", "nullable": True, "description": "Row of a list, counted from 1."},
        "message": {"type": "string"},
    },
}
_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "fields"],
            "properties": {
                "code": {"type": "string", "description": "For programs; does not change with the language."},
                "message": {"type": "string", "description": "One sentence for people."},
                "fields": {"type": "array", "items": _PROBLEM},
            },
        }
    },
}


def name_enums(endpoints: Any, **kwargs: Any) -> Any:
    """Preprocessing hook: the names plugins give to their sets of choices."""
    for route in routes.all():
        spectacular_settings.ENUM_NAME_OVERRIDES.update(route.enums)
    return endpoints


def add_errors(result: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
    """Postprocessing hook of drf-spectacular: every operation may answer with an error."""
    result.setdefault("components", {}).setdefault("schemas", {})["Error"] = _ERROR
    answer = {
        "description": "What was wrong with the request.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    for operations in result.get("paths", {}).values():
        for operation in operations.values():
            operation["responses"]["4XX"] = answer
    return result
