"""People, shops and orders for tests."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from itertools import count

import pytest
from django.contrib.auth.models import Group

from opsportal.access import Actor
from opsportal.access.models import User
from opsportal.access.roles import sync_roles
from orders import services
from orders.services import LineRecord, OrderRecord, PersonRecord, PlaceRecord
from products import services as product_services
from products.models import Channel, Variant

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=timezone.utc)  # noqa: UP017


@pytest.fixture
def person(db):
    """``person(role)``: an actor with that role."""
    sync_roles()

    def make(role: str) -> Actor:
        user = User.objects.create_user(username=f"o-{role}-{User.objects.count()}", is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        return Actor(user, "console")

    return make


@pytest.fixture
def portal():
    """The portal itself."""
    return Actor.system()


@pytest.fixture
def owned(db):
    """A channel whose stock is counted here."""
    return Channel.objects.create(code="own", name="Own shop", stock_owned=True)


@pytest.fixture
def mug(db):
    """A variant that can be ordered."""
    product_services.create_product(
        Actor.system(),
        key="mug",
        name="Mug",
        variants=[{"sku": "MUG", "price": "10", "cost": "4", "currency": "EUR"}],
    )
    return Variant.objects.get(sku="MUG")


@pytest.fixture
def record():
    """``record(sku=pieces, …, field=value)``: an order as the shop tells it, numbered on."""
    numbers = count(1001)

    def make(lines=None, **fields) -> OrderRecord:
        number = next(numbers)
        fields.setdefault("customer", PersonRecord(external_id=f"C{number}", email=f"buyer{number}@example.com"))
        fields.setdefault("placed_at", NOON + timedelta(minutes=number - 1000))
        fields.setdefault("external_id", str(number))
        fields.setdefault("currency", "EUR")
        told = [
            LineRecord(sku=sku, description=sku.title(), quantity=pieces, unit_price=Decimal("10"))
            for sku, pieces in (lines or {"MUG": 2}).items()
        ]
        return OrderRecord(lines=told, **fields)

    return make


@pytest.fixture
def place(db, record):
    """``place(lines, channel=…, **fields)``: an order taken in and reviewed."""

    def make(lines=None, channel=None, source="shop", **fields):
        return services.place_order(Actor.system(), source, record(lines, **fields), channel)

    return make


@pytest.fixture
def home():
    """An address."""
    return PlaceRecord(name="Kim Lund", phone="+49 151 2345678", line1="Elm Road 5", city="Kiel", country="DE")
