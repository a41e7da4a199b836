"""What every endpoint shares."""

from __future__ import annotations

from rest_framework.viewsets import GenericViewSet

from opsportal.access import Actor


class BaseViewSet(GenericViewSet):
    """A viewset whose writes go through services, on behalf of ``self.actor``.

    ``permissions`` maps action names to the right they ask for (see ``ActorPermission``).
    """

    permissions: dict[str, str] = {}

    @property
    def actor(self) -> Actor:
        """The caller, with the rights of user and token."""
        if not hasattr(self, "_actor"):
            self._actor = Actor.of_request(self.request)
        return self._actor
