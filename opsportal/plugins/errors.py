"""Errors that services raise for people: one sentence each, rendered alike by console, API and commands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field, in one row where there are many. ``row`` counts from 1 as the person sees it."""

    message: str
    field: str = ""
    row: int | None = None


class DomainError(Exception):
    """Something a person asked for cannot be done. ``status_code`` is its HTTP status, ``code`` is for machines."""

    status_code = 400
    default_code = "error"

    def __init__(self, message: str, code: str = "", fields: Iterable[FieldProblem] = ()) -> None:
        super().__init__(message)
        self.message = str(message)
        self.code = code or self.default_code
        self.fields = tuple(fields)


class Invalid(DomainError):
    """The input is unusable; the message says which part and what to do."""

    default_code = "invalid"


class Conflict(DomainError):
    """The input was fine when it was made, but something changed since, or someone else was faster."""

    status_code = 409
    default_code = "conflict"


class UnknownContribution(DomainError, LookupError):
    """Nothing of that key is registered at an extension point; names the plugin when it is known to be off."""

    status_code = 404
    default_code = "unknown"
