"""One shape for all errors: ``{"error": {"code", "message", "fields": [{"field", "row", "message"}]}}``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import ProtectedError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from opsportal.plugins.errors import DomainError


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """The response for an exception; None (a 500) only for what nobody foresaw."""
    answer = _describe(error)
    if answer is None:
        return None
    set_rollback()
    code, message, fields, http_status, headers = answer
    return Response(error_body(code, message, fields), http_status, headers=headers)


def error_body(code: str, message: str, fields: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """The shape itself."""
    return {"error": {"code": code, "message": message, "fields": list(fields)}}


_Described = tuple[str, str, list[dict[str, Any]], int, dict[str, str]]


def _describe(error: Exception) -> _Described | None:
    if isinstance(error, DomainError):
        fields = [{"field": f.field, "row": f.row, "message": str(f.message)} for f in error.fields]
        return error.code, error.message, fields, error.status_code, {}
    if isinstance(error, ProtectedError):
        return "in_use", _("Other objects still need this one."), [], status.HTTP_409_CONFLICT, {}
    if isinstance(error, ValidationError):
        messages = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        fields = [{"field": k, "row": None, "message": m} for k, found in messages.items() for m in found]
        return "invalid", _("The data cannot be used."), fields, status.HTTP_400_BAD_REQUEST, {}
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied(str(error) or None)
    if not isinstance(error, exceptions.APIException):
        return None
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    if isinstance(error, exceptions.ValidationError):
        return "invalid", _("The data cannot be used."), list(_problems(error.detail)), error.status_code, headers
    code = error.get_codes()
    return code if isinstance(code, str) else error.default_code, str(error.detail), [], error.status_code, headers


def _problems(detail: Any, field: str = "", row: int | None = None) -> Iterator[dict[str, Any]]:
    """Flatten DRF's nested detail; list positions of nested objects become rows, counted from 1."""
    if isinstance(detail, dict):
        for key, value in detail.items():
            if isinstance(key, int):
                # DRF names only the faulty objects of a list, by their position.
                yield from _problems(value, field, key + 1)
                continue
            name = "" if key == "non_field_errors" else str(key)
            yield from _problems(value, f"{field}.{name}".strip("."), row)
    elif isinstance(detail, list):
        for number, value in enumerate(detail, 1):
            yield from _problems(value, field, number if isinstance(value, dict) else row)
    else:
        yield {"field": field, "row": row, "message": str(detail)}
