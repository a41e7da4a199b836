"""People, files and products for tests of the catalogue."""

from __future__ import annotations

import csv
import io

import pytest
from django.contrib.auth.models import Group

from opsportal.access import Actor
from opsportal.access.models import User
from opsportal.access.roles import sync_roles
from products import services
from products.services.importing import ImportSpec, import_products


@pytest.fixture
def person(db):
    """``person(role)``: an actor with that role."""
    sync_roles()

    def make(role: str) -> Actor:
        user = User.objects.create_user(username=f"p-{role}-{User.objects.count()}", is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        return Actor(user, "console")

    return make


@pytest.fixture
def write_csv(tmp_path):
    """``write_csv(rows, encoding=…)``: a file with the rows, the first being the header."""

    def write(rows, name="file.csv", encoding="utf-8", delimiter=","):
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=delimiter).writerows(rows)
        path = tmp_path / name
        path.write_bytes(text.getvalue().encode(encoding))
        return path

    return write


@pytest.fixture
def run_import(db, write_csv):
    """``run_import(rows, **spec)``: import rows as the portal itself; returns the result."""

    def run(rows, dry_run=False, **spec):
        path = rows if hasattr(rows, "suffix") else write_csv(rows)
        return import_products(Actor.system(), ImportSpec(path, **spec), dry_run=dry_run)

    return run


@pytest.fixture
def kettle(db):
    """One product with facts, an option and a brand."""
    return services.create_product(
        Actor.system(),
        key="kettle",
        name="Wren Gooseneck Kettle",
        brand="Wren",
        category=("Kitchen", "Kettles"),
        variants=[
            {"sku": "K-B", "options": [{"name": "Color", "value": "Black"}], "price": "59.90", "currency": "EUR"},
            {"sku": "K-W", "options": [{"name": "Color", "value": "White"}], "price": "59.90", "currency": "EUR"},
        ],
        attributes=[
            services.AttributeInput("Capacity", "0.9 L"),
            services.AttributeInput("Power", "1200W"),
            services.AttributeInput("Material", "stainless steel"),
        ],
    )
