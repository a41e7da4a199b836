"""Making API tokens."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from opsportal.access.actors import Actor
from opsportal.access.models import ApiToken, User
from opsportal.events import record


def create_token(actor: Actor, user: User, name: str, scopes: Sequence[str]) -> tuple[ApiToken, str]:
    """A token for ``user`` and its secret, which is not kept anywhere. Needs ``access.add_apitoken``."""
    actor.require("access.add_apitoken")
    with transaction.atomic():
        token, secret = ApiToken.objects.create(user=user, name=name, scopes=sorted(scopes))
        after = {"user": user.username, "scopes": token.scopes}
        record("token.created", actor=actor, target_type="access.apitoken", target_label=name, after=after)
    return token, secret
