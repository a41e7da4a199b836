"""What follows when the catalogue's set-up changes: paths of the tree, and drafts that used it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from opsportal import events
from opsportal.access import Actor
from products.models import Benefit, Brand, Category
from products.models.catalogue import PATH_SEPARATOR


@transaction.atomic
def category_saved(actor: Actor, category: Category) -> None:
    """Bring the paths of a category and those below it up to date; drafts of its products are compared again."""
    name = category.name.replace(PATH_SEPARATOR, "-")
    path = f"{category.parent.path}{PATH_SEPARATOR}{name}" if category.parent else name
    if path != category.path:
        old = category.path
        below = Category.objects.filter(path__startswith=old + PATH_SEPARATOR) if old else Category.objects.none()
        for child in below:
            child.path = path + child.path[len(old) :]
            child.save(update_fields=["path"])
        category.path = path
        category.save(update_fields=["path"])
    events.record("category.facts_changed", actor=actor, target=category, after={"nouns": category.nouns})


@transaction.atomic
def brand_saved(actor: Actor, brand: Brand) -> None:
    """Drafts of the brand's products are compared again."""
    events.record("brand.facts_changed", actor=actor, target=brand, after={"name": brand.name, "names": brand.names})


@transaction.atomic
def approve_benefits(actor: Actor, ids: list[int]) -> int:
    """Let copy say these benefits; returns how many were not approved before."""
    actor.require("products.approve_benefit")
    waiting = Benefit.objects.select_for_update(of=("self",)).filter(pk__in=ids, approved_at__isnull=True)
    found = list(waiting)
    Benefit.objects.filter(pk__in=[benefit.pk for benefit in found]).update(
        approved_by=actor.user, approved_at=timezone.now()
    )
    for benefit in found:
        events.record("benefit.approved", actor=actor, target=benefit, after={"text": benefit.text})
    return len(found)
