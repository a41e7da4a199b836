"""Planning: campaigns and their offers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from marketing import workflow
from marketing.models import Campaign, Offer, OfferKind
from marketing.services.placements import sync_texts
from marketing.services.saving import assign, locked, refuse, save, told
from opsportal import events
from opsportal.access import Actor
from opsportal.plugins import Conflict, Invalid
from products.filters import ProductFilter
from products.models import Product

CAMPAIGN_FIELDS = (
    "name", "names", "goal", "audience", "brand_voice", "tone", "languages", "signatures", "starts_at", "ends_at",
    "budget", "currency", "lowest_price_rule", "owner",
)  # fmt: skip
OFFER_FIELDS = (
    "position", "kind", "percent", "amount", "threshold", "quantity", "bundle_price", "gift", "gifts", "code",
    "quotes_price", "deposit", "deposit_counts", "presale_ends_at", "starts_at", "ends_at", "product_filter",
)  # fmt: skip
#: What an offer of each kind must say.
NEEDED: dict[str, tuple[str, ...]] = {
    OfferKind.PERCENT: ("percent",),
    OfferKind.AMOUNT: ("amount",),
    OfferKind.THRESHOLD: ("threshold", "amount"),
    OfferKind.GIFT: ("gift",),
    OfferKind.BUNDLE: ("quantity", "bundle_price"),
}


def create_campaign(actor: Actor, *, key: str, name: str, **values: Any) -> Campaign:
    """Plan a campaign; ``values`` are ``CAMPAIGN_FIELDS``. Raises ``Conflict`` for a key that is taken, ``Invalid``."""
    actor.require("marketing.add_campaign")
    campaign = Campaign(key=key, name=name, owner=actor.user, languages=[settings.LANGUAGES[0][0]])
    assign(campaign, values, CAMPAIGN_FIELDS)
    _check_campaign(campaign)
    try:
        with transaction.atomic():
            if Campaign.objects.filter(key=key).exists():
                raise _key_taken(key)
            save(campaign)
            events.record("campaign.created", actor=actor, target=campaign, after={"key": key, "name": name})
    except IntegrityError as error:
        raise _key_taken(key) from error
    return campaign


@transaction.atomic
def update_campaign(actor: Actor, campaign: Campaign, *, version: int | None = None, **values: Any) -> Campaign:
    """Change ``CAMPAIGN_FIELDS`` of a campaign in planning or review; ``version`` is the one the person saw."""
    held = locked(actor, campaign.pk, version)
    languages = held.languages
    assign(held, values, CAMPAIGN_FIELDS)
    _check_campaign(held)
    save(held)
    if held.languages != languages:
        for placement in held.placements.all():
            sync_texts(placement)
    told(actor, held, "campaign", values)
    return held


@transaction.atomic
def delete_campaign(actor: Actor, campaign: Campaign) -> None:
    """Delete a plan that never went live; drafts and versions of its texts stay on record. Raises ``Conflict``."""
    actor.require("marketing.delete_campaign")
    held = Campaign.objects.select_for_update(of=("self",)).filter(pk=campaign.pk).first()
    if held is None:
        return
    if held.status not in workflow.EDITABLE or held.went_live_at is not None:
        raise Conflict(_("This campaign was live: end it instead, so that its results stay."), "was_live")
    events.record("campaign.deleted", actor=actor, target=held, before={"key": held.key, "name": held.name})
    held.delete()


@transaction.atomic
def add_offer(actor: Actor, campaign: Campaign, *, kind: str, products: Iterable[Product] = (), **values: Any) -> Offer:
    """Add an offer; ``values`` are ``OFFER_FIELDS``, ``products`` the explicit list."""
    held = locked(actor, campaign.pk)
    last = held.offers.order_by("-position").first()
    offer = Offer(campaign=held, kind=kind, position=last.position + 1 if last else 1)
    assign(offer, values, OFFER_FIELDS)
    _check_offer(offer)
    save(offer)
    offer.products.set(products)
    told(actor, held, "offer", {"kind": kind, **values})
    return offer


@transaction.atomic
def update_offer(actor: Actor, offer: Offer, *, products: Iterable[Product] | None = None, **values: Any) -> Offer:
    """Change ``OFFER_FIELDS`` of an offer, and its product list when ``products`` is given."""
    held = locked(actor, offer.campaign_id)
    offer = Offer.objects.get(pk=offer.pk)
    assign(offer, values, OFFER_FIELDS)
    _check_offer(offer)
    save(offer)
    if products is not None:
        offer.products.set(products)
    told(actor, held, "offer", values)
    return offer


@transaction.atomic
def remove_offer(actor: Actor, offer: Offer) -> None:
    """Take an offer out; placements that named it show the campaign's first."""
    held = locked(actor, offer.campaign_id)
    offer.delete()
    told(actor, held, "offer", {"removed": str(offer)})


@transaction.atomic
def submit_campaign(actor: Actor, campaign: Campaign) -> Campaign:
    """The plan is complete: its copy goes to review. Raises ``Conflict`` or ``Invalid`` for a plan without placements."""
    held = locked(actor, campaign.pk, campaign.version)
    if not held.placements.exists():
        raise Invalid(_("Add a placement first: without one there is no copy to review."), "no_placement")
    return _moved(actor, held, "submit", "campaign.submitted")


@transaction.atomic
def return_campaign(actor: Actor, campaign: Campaign) -> Campaign:
    """Back from review to planning."""
    held = locked(actor, campaign.pk, campaign.version)
    return _moved(actor, held, "return", "campaign.returned")


def _moved(actor: Actor, campaign: Campaign, action: str, kind: str) -> Campaign:
    before = campaign.status
    workflow.move(action, campaign)
    events.record(kind, actor=actor, target=campaign, before={"status": before}, after={"status": campaign.status})
    return campaign


def _check_campaign(campaign: Campaign) -> None:
    known = dict(settings.LANGUAGES)
    if not campaign.languages or set(campaign.languages) - set(known):
        refuse(languages=_("Choose languages among: %(known)s.") % {"known": ", ".join(known)})
    _check_period(campaign.starts_at, campaign.ends_at)
    if not (len(campaign.currency) == 3 and campaign.currency.isascii() and campaign.currency.isupper()):
        refuse(currency=_("Three capital letters, such as CNY or EUR."))


def _check_period(starts_at: datetime | None, ends_at: datetime | None) -> None:
    for name, moment in (("starts_at", starts_at), ("ends_at", ends_at)):
        if moment is not None and timezone.is_naive(moment):
            refuse(**{name: _("Give the time zone.")})
    if starts_at and ends_at and ends_at <= starts_at:
        refuse(ends_at=_("The end must be after the start."))


def _check_offer(offer: Offer) -> None:
    if offer.kind not in OfferKind.values:
        refuse(kind=_("Choose one of: %(known)s.") % {"known": ", ".join(OfferKind.values)})
    for name in NEEDED[offer.kind]:
        if not getattr(offer, name):
            refuse(**{name: _("An offer of this kind needs it.")})
    for name in ("percent", "amount", "threshold", "bundle_price", "deposit", "deposit_counts"):
        value = getattr(offer, name)
        if value is not None and float(value) <= 0:
            refuse(**{name: _("It must be more than 0.")})
    if offer.percent is not None and float(offer.percent) >= 100:
        refuse(percent=_("It must be less than 100."))
    if offer.kind == OfferKind.THRESHOLD and float(offer.amount or 0) >= float(offer.threshold or 0):
        refuse(amount=_("It must be less than the threshold."))
    if offer.kind == OfferKind.BUNDLE and (offer.quantity or 0) < 2:
        refuse(quantity=_("A bundle has at least two pieces."))
    if offer.deposit is not None and offer.presale_ends_at is None:
        refuse(presale_ends_at=_("A pre-sale needs an end."))
    if offer.deposit_counts is not None and offer.deposit is None:
        refuse(deposit=_("Say the deposit that counts as this."))
    _check_period(offer.starts_at, offer.ends_at)
    _check_filter(offer)


def _check_filter(offer: Offer) -> None:
    filterset = ProductFilter(data=dict(offer.product_filter), queryset=Product.objects.all())
    unknown = sorted(set(offer.product_filter) - set(filterset.form.fields))
    if unknown:
        refuse(product_filter=_("Unknown filter: %(name)s.") % {"name": ", ".join(unknown)})
    if not filterset.is_valid():
        name, errors = next(iter(filterset.errors.items()))
        refuse(product_filter=f"{name}: {errors[0]}")


def _key_taken(key: str) -> Conflict:
    return Conflict(_("There already is a campaign with the key “%(key)s”.") % {"key": key}, "key_taken")
