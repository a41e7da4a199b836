"""Which right an endpoint asks for. Services check again: this only spares work and gives reading its rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework.permissions import BasePermission

from opsportal.access import Actor

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView

_VERBS = {
    "GET": "view",
    "HEAD": "view",
    "OPTIONS": "view",
    "POST": "add",
    "PUT": "change",
    "PATCH": "change",
    "DELETE": "delete",
}


class ActorPermission(BasePermission):
    """Logged in, and holding the right of the action.

    A view may map its actions to rights in ``permissions`` ("" leaves the decision to the service); otherwise the right is
    Django's for the queryset's model and the HTTP method.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether the caller may use this action at all."""
        if not request.user or not request.user.is_authenticated:
            return False
        needed = self._needed(request, view)
        return not needed or Actor.of_request(request).can(needed)

    def _needed(self, request: Request, view: Any) -> str:
        mapped = getattr(view, "permissions", {})
        action = getattr(view, "action", None)
        if action in mapped:
            return mapped[action]
        queryset = getattr(view, "queryset", None)
        if queryset is None:
            return ""
        meta = queryset.model._meta
        return f"{meta.app_label}.{_VERBS[request.method or 'GET']}_{meta.model_name}"
