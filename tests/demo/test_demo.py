"""The demo shop: loads twice without harm, and what is drafted for it is true."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command
from django.db.models import F

from generation.models import Draft, State, StoredFinding
from opsportal.access.models import User
from products.models import Category, Channel, Product

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def summary(capsys):
    call_command("demo", "--no-serve", "--json")
    return json.loads(capsys.readouterr().out)


def test_the_demo_shop_stands_and_its_copy_is_true(summary, capsys):
    assert {person["role"] for person in summary["users"]} == {"viewer", "operator", "reviewer", "publisher", "admin"}
    assert Product.objects.count() >= 60
    assert Category.objects.filter(products__isnull=False).distinct().count() >= 10
    assert Channel.objects.count() == 2
    drafts = Draft.objects.filter(target_type="products.product")
    assert drafts.filter(state=State.IN_REVIEW).count() == drafts.count() == 4 * Product.objects.count()
    errors = StoredFinding.objects.filter(
        severity="error", lapsed=False, candidate__index=F("candidate__draft__chosen_index")
    )
    told = [f"{row.candidate.draft}: {row.rule}: {row.text()}" for row in errors[:10]]
    assert not told

    call_command("demo", "--no-serve", "--json")
    assert json.loads(capsys.readouterr().out)["users"] == summary["users"]
    assert User.objects.filter(username__startswith="demo-").count() == 5
    assert drafts.count() == 4 * Product.objects.count()
