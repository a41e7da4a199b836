"""People, products and a campaign for tests of marketing."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from generation import services as copy_services
from generation import writers
from generation.drafting import drain
from generation.models import Draft
from marketing import services
from marketing.models import Campaign
from opsportal import jobs
from opsportal.access import Actor
from opsportal.access.models import User
from opsportal.access.roles import sync_roles
from products import services as catalogue

SYSTEM = Actor.system()


@pytest.fixture
def person(db):
    """``person(role)``: an actor with that role."""
    sync_roles()

    def make(role: str) -> Actor:
        user = User.objects.create_user(username=f"m-{role}-{User.objects.count()}", is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        return Actor(user, "console")

    return make


@pytest.fixture
def make_product(db):
    """``make_product(key, …)``: a product with enough facts, one variant, a price and stock."""

    def make(key="tent", *, name="Alder Two Tent", price="399.00", stock=20, currency="CNY", **fields):
        return catalogue.create_product(
            SYSTEM,
            key=key,
            name=name,
            brand="Alder",
            category=("Camping", "Tents"),
            names={"zh-hans": "桤木双人帐篷"} if key == "tent" else {},
            nouns={"zh-hans": "帐篷", "en": "tent"},
            variants=[{"sku": key.upper(), "price": price, "currency": currency, "stock": stock}],
            attributes=[
                catalogue.AttributeInput("Weight", "2.1 kg"),
                catalogue.AttributeInput("Capacity", "2 persons", values={"zh-hans": "2人"}),
                catalogue.AttributeInput("Material", "nylon", values={"zh-hans": "尼龙"}),
                catalogue.AttributeInput("Poles", "aluminium", values={"zh-hans": "铝合金"}),
            ],
            **fields,
        )

    return make


@pytest.fixture
def product(make_product):
    """One product."""
    return make_product()


@pytest.fixture
def campaign(db):
    """A campaign of two weeks that begins tomorrow, in Chinese and English."""
    now = timezone.now()
    return services.create_campaign(
        SYSTEM,
        key="autumn-camp",
        name="Autumn Camp",
        names={"zh-hans": "秋季露营周"},
        languages=["zh-hans", "en"],
        signatures={"zh-hans": "桤木户外", "en": "Alder"},
        starts_at=now + timedelta(days=1),
        ends_at=now + timedelta(days=15),
        budget=Decimal("5000"),
    )


@pytest.fixture
def offer(campaign, product):
    """20 % off the product."""
    return services.add_offer(SYSTEM, campaign, kind="percent", percent=Decimal("20"), products=[product])


@pytest.fixture
def placement(campaign, offer, product):
    """A search ad for the product with two variants."""
    return services.add_placement(
        SYSTEM,
        campaign,
        key="search",
        ad_slot="google_ads.search",
        products=[product],
        variants=2,
        budget_share=Decimal("60"),
        landing_url="https://shop.example/tent?ref=a",
    )


@pytest.fixture
def worked():
    """``worked()`` does what the workers would: jobs, drafting, delivery of events."""

    def work() -> None:
        jobs.drain_all()
        drain(lambda: False)
        jobs.drain_all()

    yield work
    writers.warm.close()


@pytest.fixture
def published(person, worked):
    """``published(campaign)``: its copy drafted by the template, approved and published; returns the campaign."""

    def publish(campaign):
        operator, reviewer, publisher = person("operator"), person("reviewer"), person("publisher")
        batch = services.draft_campaign(operator, campaign, writer="template", candidates=1, seed=1)
        worked()
        ids = list(Draft.objects.filter(batch=batch).values_list("pk", flat=True))
        outcome = copy_services.approve(reviewer, ids, acknowledge=True)
        assert not outcome.left, outcome.left
        outcome = services.publish_campaign(publisher, campaign)
        assert not outcome.left, outcome.left
        campaign.refresh_from_db()
        return campaign

    return publish


@pytest.fixture
def in_review(campaign, placement):
    """The campaign with its search ad, in review."""
    campaign.refresh_from_db()
    return services.submit_campaign(SYSTEM, campaign)


@pytest.fixture
def small(campaign, offer, product):
    """The campaign in review with one feed ad in Chinese: three texts, quick to publish."""
    services.update_campaign(SYSTEM, campaign, languages=["zh-hans"])
    services.add_placement(
        SYSTEM, campaign, key="feed", ad_slot="meta.feed", products=[product], landing_url="https://shop.example/tent"
    )
    return services.submit_campaign(SYSTEM, Campaign.objects.get())
