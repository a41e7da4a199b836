"""Every write to a store: permission, transaction, event."""

from typing import Any

from django.db import transaction

from opsportal import events
from opsportal.access import Actor
from opsportal.plugins import Invalid

from .models import Store

#: Fields that facts are made of; ``story`` is not among them, only publishing writes it.
FIELDS = ("key", "name", "city", "opening_hours", "floor_area", "parking")


def save_store(actor: Actor, store: Store, **values: Any) -> Store:
    """Create a store, or change fields of one. Drafts that used the changed facts are looked at again.

    Raises ``Forbidden`` without the right, ``Invalid`` for a field that is not for editing.
    """
    actor.require("stores.add_store" if store.pk is None else "stores.change_store")
    unknown = set(values) - set(FIELDS)
    if unknown:
        raise Invalid(f"Unknown field: {', '.join(sorted(unknown))}")
    before = Store.objects.filter(pk=store.pk).values(*values).first()
    for name, value in values.items():
        setattr(store, name, value)
    with transaction.atomic():
        store.full_clean()
        store.save()
        kind = "store.created" if before is None else "store.facts_changed"
        events.record(kind, actor=actor, target=store, before=before, after=values)
    return store
