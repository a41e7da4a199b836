"""Answers several endpoints give alike."""

from __future__ import annotations

from rest_framework.response import Response

from generation.outcomes import Outcome
from generation.workflow import Conflict


def outcome_response(outcome: Outcome) -> Response:
    """What moved, what did not and why; also under the verb, as the command line says it."""
    left = [{"id": pk, "code": code, "message": message} for pk, code, message in outcome.left]
    return Response({outcome.verb: len(outcome.done), "done": outcome.done, "left": left, "reasons": outcome.reasons})


def require_done(outcome: Outcome) -> None:
    """For one draft: raise ``Conflict`` with the reason it was left."""
    if outcome.left:
        _pk, code, message = outcome.left[0]
        raise Conflict(message, code)
