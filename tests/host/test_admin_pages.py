"""What holds for every model and every admin page of the portal, whoever wrote it."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.urls import reverse
from model_bakery import baker

from opsportal.access.models import User
from opsportal.access.roles import roles
from opsportal.plugins import PortalPlugin
from tests.query_counts import counted

pytestmark = pytest.mark.django_db

#: Models nobody needs a page for, and why.
WITHOUT_PAGE = {
    "events.heldevent": "bookkeeping of the outbox",
    "jobs.bell": "bookkeeping of the queue",
    "jobs.schedulestate": "bookkeeping of the queue",
    "jobs.workerbeat": "shown by doctor and on the first page",
    "generation.mailchoice": "chosen by each person on the page of notifications",
    "generation.approval": "shown with its draft",
    "generation.candidate": "shown with its draft",
    "generation.draftsource": "bookkeeping of staleness",
    "generation.findingacknowledgement": "shown with its draft",
    "generation.notice": "has a page of its own",
    "generation.opening": "bookkeeping of bulk approval",
    "generation.savedview": "edited in the review queue",
    "generation.storedbrief": "shown with its draft",
    "generation.textband": "what near-duplicates are looked up by",
    "generation.storedfinding": "shown with its draft",
    "marketing.copyvariant": "shown with its placement",
    "orders.address": "shown with its order",
    "orders.note": "shown with its order",
    "orders.orderclaim": "shown in the order review queue",
    "orders.orderline": "shown with its order",
    "orders.pushreceipt": "bookkeeping of the carriers' pushes",
    "orders.returnevidence": "shown with its return request",
    "orders.returnline": "shown with its return request",
    "orders.shipmentline": "shown with its shipment",
    "orders.toldnotice": "shown with its order",
    "orders.trackingevent": "shown with its shipment",
    "products.categoryattribute": "edited inside its category",
    "products.productimage": "edited inside its product",
}
#: Values chance does not get right.
GIVEN = {"generation.reviewpolicy": {"slot": baker.seq("slot-")}}
#: Pages that ask for more than the right to view their rows, and why.
MORE_THAN_VIEW = {"generation.writerprofile": ("change", "settings may hold the key of a server")}


def models():
    return [
        model for config in apps.get_app_configs() if isinstance(config, PortalPlugin) for model in config.get_models()
    ]


def pages():
    return [model for model in models() if admin.site.is_registered(model)]


def name_of(model):
    return model._meta.label_lower


def test_every_model_has_a_page_or_a_reason():
    missing = {name_of(model) for model in models() if not admin.site.is_registered(model)}
    assert missing - set(WITHOUT_PAGE) == set(), "give these a page, or a reason in WITHOUT_PAGE"
    assert set(WITHOUT_PAGE) - missing == set(), "these have a page by now, or are gone: take them out of WITHOUT_PAGE"


def test_every_page_is_of_our_base():
    from opsportal.console.admin_base import BaseAdmin

    assert [page for page in admin.site._registry.values() if not isinstance(page, BaseAdmin)] == []


@pytest.fixture
def stranger(client):
    """Staff without any role."""
    client.force_login(User.objects.create_user("stranger", is_staff=True))
    return client


@pytest.mark.parametrize("model", pages(), ids=name_of)
def test_a_page_needs_its_right(model, stranger):
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    assert stranger.get(address).status_code == 403
    assert stranger.get(address.rstrip("/") + "/add/").status_code == 403
    verb, _reason = MORE_THAN_VIEW.get(name_of(model), ("view", ""))
    user = User.objects.get(username="stranger")
    user.user_permissions.add(
        Permission.objects.get(
            content_type__app_label=model._meta.app_label, codename=f"{verb}_{model._meta.model_name}"
        )
    )
    assert stranger.get(address).status_code == 200
    assert stranger.get(address.rstrip("/") + "/add/").status_code in (403, 302)


@pytest.mark.parametrize("model", pages(), ids=name_of)
def test_a_list_costs_as_many_queries_with_few_rows_as_with_more(model, admin_client):
    cache.clear()
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    admin_client.get(address)
    baker.make(model, _quantity=2, **GIVEN.get(name_of(model), {}))
    with counted(f"admin {name_of(model)}") as few:
        assert admin_client.get(address).status_code == 200
    baker.make(model, _quantity=4, **GIVEN.get(name_of(model), {}))
    with counted(f"admin {name_of(model)}") as more:
        assert admin_client.get(address).status_code == 200
    assert len(more) <= len(few)


def test_roles_grant_rights_that_exist():
    known = {f"{app}.{code}" for app, code in Permission.objects.values_list("content_type__app_label", "codename")}
    granted = {permission for grant in roles.all() for permission in grant.permissions}
    assert granted - known == set()
