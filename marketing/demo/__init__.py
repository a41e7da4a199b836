"""The demo shop's campaigns: one live with a test's results, one whose copy waits for review, one being planned."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from importlib import resources
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.translation import gettext as _

from generation.models import Draft, State
from generation.services import approve
from marketing import services
from marketing.models import Campaign, Status
from marketing.models.placements import TARGET
from opsportal import jobs
from opsportal.access import Actor
from opsportal.maintenance.points import Demo, demos
from opsportal.plugins import DomainError
from products.models import Product

CHINESE = "zh-hans"
#: Texts come from the template: nobody waits for a model to see a campaign.
WRITER, SEED = "template", 7
SIGNATURES = {"en": "Demo Shop", CHINESE: "演示小店"}


@demos.register
class Campaigns(Demo):
    """Three campaigns with offers, placements in several channels, both languages, and results of a test."""

    key = "marketing"
    # After the catalogue's first bulk job, which makes way for any other.
    order = 95

    def load(self, actor: Actor) -> Iterable[str]:
        """Load those that are missing."""
        data = tomllib.loads(resources.files(__package__).joinpath("campaigns.toml").read_text("utf-8"))
        made = [row for row in data["campaign"] if not Campaign.objects.filter(key=row["key"]).exists()]
        for row in made:
            campaign = _plan(_person("operator", actor), row)
            if row["stage"] == "plan":
                continue
            services.draft_campaign(_person("operator", actor), campaign, writer=WRITER, candidates=1, seed=SEED)
            jobs.drain_all()
            services.submit_campaign(_person("operator", actor), Campaign.objects.get(pk=campaign.pk))
            if row["stage"] == "live":
                yield from _start(actor, Campaign.objects.get(pk=campaign.pk))
                services.record_results(_person("operator", actor), _results(row["key"], data["results"]))
        yield _("%(made)d campaigns loaded") % {"made": len(made)}


def _person(role: str, otherwise: Actor) -> Actor:
    user = get_user_model().objects.filter(username=f"demo-{role}").first()
    return Actor(user, "command") if user else otherwise


def _plan(actor: Actor, row: Mapping[str, Any]) -> Campaign:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    campaign = services.create_campaign(
        actor,
        key=row["key"],
        name=row["name"][0],
        names={CHINESE: row["name"][1]},
        goal=row["goal"],
        audience=row["audience"],
        brand_voice=row["brand_voice"],
        tone=row["tone"],
        languages=["en", CHINESE],
        signatures=SIGNATURES,
        starts_at=midnight + timedelta(days=row["first_day"]),
        ends_at=midnight + timedelta(days=row["last_day"] + 1),
        budget=Decimal(row["budget"]),
    )
    for offer in row["offers"]:
        values: dict[str, Any] = {
            name: Decimal(value) if name in ("percent", "amount", "threshold", "bundle_price") else value
            for name, value in offer.items()
            if name not in ("kind", "products", "gift")
        }
        if "gift" in offer:
            values |= {"gift": offer["gift"][0], "gifts": {CHINESE: offer["gift"][1]}}
        services.add_offer(actor, campaign, kind=offer["kind"], products=_products(offer["products"]), **values)
    for placement in row["placements"]:
        values = dict(placement)
        values["budget_share"] = Decimal(values["budget_share"])
        services.add_placement(actor, campaign, **(values | {"products": _products(values["products"])}))
    return campaign


def _products(keys: list[str]) -> list[Product]:
    return list(Product.objects.filter(key__in=keys).order_by("key"))


def _start(actor: Actor, campaign: Campaign) -> Iterator[str]:
    """Approve what has nothing against it, publish, and let it run; says what is in the way otherwise."""
    drafts = Draft.objects.filter(
        target_type=TARGET,
        target_id__in=campaign.texts.values("pk"),
        state=State.IN_REVIEW,
    )
    approve(_person("reviewer", actor), list(drafts.values_list("pk", flat=True)), acknowledge=True)
    publisher = _person("publisher", actor)
    services.publish_campaign(publisher, campaign)
    try:
        services.schedule_campaign(publisher, campaign, accept_warnings=True)
    except DomainError as error:
        yield " ".join([error.message, *(problem.message for problem in error.fields)])
    campaign.refresh_from_db()
    if campaign.status == Status.LIVE:
        yield _("“%(name)s” is live") % {"name": campaign.name}


def _results(key: str, data: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    today = timezone.localdate()
    for ago in range(data["days"], 0, -1):
        for variant in data["variants"]:
            figures = {name: str(value) for name, value in variant.items() if name != "label"}
            # Not every day is like the other: views rise towards the weekend.
            weekend = (today - timedelta(days=ago)).weekday() >= 5
            figures["impressions"] = str(variant["impressions"] + (300 if weekend else 0))
            yield {
                "campaign": key,
                "placement": data["placement"],
                "variant": variant["label"],
                "day": (today - timedelta(days=ago)).isoformat(),
                **figures,
            }
