"""Planning: placements, their variants and the texts they need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from generation.engine.counting import count
from marketing.ad_slots import get_ad_slot
from marketing.models import Campaign, CopyText, CopyVariant, DailyResult, FieldLimit, Offer, Placement
from marketing.services.saving import assign, locked, refuse, save, told
from marketing.utm import PARAMETERS
from opsportal import events
from opsportal.access import Actor
from opsportal.plugins import Conflict
from products.models import Product

PLACEMENT_FIELDS = (
    "position", "ad_slot", "offer", "languages", "starts_at", "ends_at", "budget_share", "landing_url", "utm", "paths",
)  # fmt: skip
LIMIT_FIELDS = ("maximum", "unit", "hard", "source", "checked_on")
#: The path shown in a Google ad: two parts of this width each.
MOST_PATHS, PATH_WIDTH = 2, 15
LABELS = "ABCDEFGH"


@transaction.atomic
def add_placement(
    actor: Actor,
    campaign: Campaign,
    *,
    key: str,
    ad_slot: str,
    products: Iterable[Product] = (),
    variants: int = 1,
    **values: Any,
) -> Placement:
    """Add a placement with ``variants`` copy variants of equal split; ``values`` are ``PLACEMENT_FIELDS``."""
    held = locked(actor, campaign.pk)
    last = held.placements.order_by("-position").first()
    placement = Placement(campaign=held, key=key, ad_slot=ad_slot, position=last.position + 1 if last else 1)
    assign(placement, values, PLACEMENT_FIELDS)
    _check(placement)
    save(placement)
    placement.products.set(products)
    if not 1 <= variants <= len(LABELS):
        refuse(variants=_("Between 1 and %(most)d variants.") % {"most": len(LABELS)})
    for label, split in zip(LABELS, equal_split(variants), strict=False):
        CopyVariant.objects.create(placement=placement, label=label, split=split)
    sync_texts(placement)
    told(actor, held, "placement", {"key": key, "ad_slot": ad_slot, **values})
    return placement


@transaction.atomic
def update_placement(
    actor: Actor, placement: Placement, *, products: Iterable[Product] | None = None, **values: Any
) -> Placement:
    """Change ``PLACEMENT_FIELDS``, and the products shown when ``products`` is given. Another ad slot: other texts."""
    held = locked(actor, placement.campaign_id)
    placement = Placement.objects.get(pk=placement.pk)
    assign(placement, values, PLACEMENT_FIELDS)
    _check(placement)
    save(placement)
    if products is not None:
        placement.products.set(products)
    sync_texts(placement)
    told(actor, held, "placement", values)
    return placement


@transaction.atomic
def remove_placement(actor: Actor, placement: Placement) -> None:
    """Take a placement out of the plan; one that has results stays. Raises ``Conflict``."""
    held = locked(actor, placement.campaign_id)
    _keep_results(DailyResult.objects.filter(variant__placement=placement).exists())
    placement.delete()
    told(actor, held, "placement", {"removed": placement.key})


@transaction.atomic
def add_variant(actor: Actor, placement: Placement) -> CopyVariant:
    """Add the next variant (B, C …) and split the traffic equally."""
    held = locked(actor, placement.campaign_id)
    taken = set(placement.variants.values_list("label", flat=True))
    free = next((label for label in LABELS if label not in taken), None)
    if free is None:
        raise Conflict(_("A placement has at most %(most)d variants.") % {"most": len(LABELS)}, "too_many")
    variant = CopyVariant.objects.create(placement=placement, label=free, split=0)
    set_shares(placement, {})
    sync_texts(placement)
    told(actor, held, "variant", {"placement": placement.key, "added": free})
    variant.refresh_from_db()
    return variant


@transaction.atomic
def remove_variant(actor: Actor, variant: CopyVariant) -> None:
    """Take a variant out; the last one and one that has results stay. Raises ``Conflict``."""
    held = locked(actor, variant.placement.campaign_id)
    _keep_results(variant.results.exists())
    if variant.placement.variants.count() == 1:
        raise Conflict(_("A placement keeps at least one variant."), "last_variant")
    placement, label = variant.placement, variant.label
    variant.delete()
    set_shares(placement, {})
    told(actor, held, "variant", {"placement": placement.key, "removed": label})


@transaction.atomic
def set_split(actor: Actor, placement: Placement, shares: Mapping[str, int]) -> None:
    """Split the traffic between variants: label → percent, 100 together. Raises ``Invalid``."""
    held = locked(actor, placement.campaign_id)
    labels = set(placement.variants.values_list("label", flat=True))
    if set(shares) != labels or sum(shares.values()) != 100 or any(share < 0 for share in shares.values()):
        refuse(
            split=_("Give every variant (%(labels)s) a share; together 100.") % {"labels": ", ".join(sorted(labels))}
        )
    set_shares(placement, shares)
    told(actor, held, "split", {"placement": placement.key, **shares})


@transaction.atomic
def add_text(actor: Actor, variant: CopyVariant, field: str) -> list[CopyText]:
    """One more text of ``field`` (a fourth headline) in every language of the placement; as many as the channel takes."""
    placement = variant.placement
    held = locked(actor, placement.campaign_id)
    spec = get_ad_slot(placement.ad_slot).fields.get(field)
    if spec is None:
        refuse(field=_("This ad slot has no such field."))
        return []
    last = variant.texts.filter(field=field).aggregate(last=Max("position"))["last"] or 0
    if last >= spec.most:
        raise Conflict(_("The channel takes at most %(most)d texts here.") % {"most": spec.most}, "too_many")
    texts = [_text(placement, variant, field, last + 1, language) for language in languages_of(placement)]
    CopyText.objects.bulk_create(texts)
    told(actor, held, "text", {"placement": placement.key, "variant": variant.label, "field": field})
    return texts


@transaction.atomic
def correct_limit(actor: Actor, *, ad_slot: str, field: str, **values: Any) -> FieldLimit:
    """Say what limit a channel really has; ``values`` are ``LIMIT_FIELDS``. Drafts of open campaigns are compared again."""
    actor.require("marketing.change_fieldlimit")
    if field not in get_ad_slot(ad_slot).fields:
        refuse(field=_("This ad slot has no such field."))
    limit = FieldLimit.objects.filter(ad_slot=ad_slot, field=field).first() or FieldLimit(ad_slot=ad_slot, field=field)
    assign(limit, values, LIMIT_FIELDS)
    save(limit)
    events.record("limit.corrected", actor=actor, target=limit, after={"maximum": limit.maximum, "unit": limit.unit})
    _limit_changed(actor, ad_slot)
    return limit


@transaction.atomic
def restore_limit(actor: Actor, limit: FieldLimit) -> None:
    """Forget a correction: the shipped limit holds again."""
    actor.require("marketing.change_fieldlimit")
    events.record("limit.restored", actor=actor, target=limit, before={"maximum": limit.maximum, "unit": limit.unit})
    limit.delete()
    _limit_changed(actor, limit.ad_slot)


def languages_of(placement: Placement) -> list[str]:
    """The languages a placement is written in: its own, else the campaign's."""
    return list(placement.languages or placement.campaign.languages)


def sync_texts(placement: Placement) -> None:
    """Make the texts a placement needs, and take out those it has no place for any more, in the caller's transaction."""
    fields = get_ad_slot(placement.ad_slot).fields
    languages = languages_of(placement)
    rows = CopyText.objects.filter(variant__placement=placement)
    unwanted = [row.pk for row in rows if row.field not in fields or row.language not in languages]
    CopyText.objects.filter(pk__in=unwanted).delete()
    present = set(rows.values_list("variant_id", "field", "position", "language"))
    wanted = [
        _text(placement, variant, key, position, language)
        # Asked for anew: the caller's placement may carry variants read before one was added.
        for variant in CopyVariant.objects.filter(placement=placement)
        for key, spec in fields.items()
        for position in range(1, spec.texts + 1)
        for language in languages
        if (variant.pk, key, position, language) not in present
    ]
    CopyText.objects.bulk_create(wanted, batch_size=500)


def equal_split(variants: int) -> list[int]:
    """100 percent over ``variants`` in whole numbers that differ by at most one."""
    share, rest = divmod(100, variants)
    return [share + (place < rest) for place in range(variants)]


def _text(placement: Placement, variant: CopyVariant, field: str, position: int, language: str) -> CopyText:
    spec = get_ad_slot(placement.ad_slot).fields[field]
    name = field if spec.most == 1 else f"{field}-{position}"
    key = f"{placement.campaign.key}/{placement.key}/{variant.label}/{name}/{language}"
    return CopyText(
        campaign_id=placement.campaign_id,
        variant=variant,
        field=field,
        position=position,
        language=language,
        slot=spec.slot,
        key=key,
    )


def set_shares(placement: Placement, shares: Mapping[str, int]) -> None:
    """Write the split in the caller's transaction; without ``shares`` an equal one."""
    variants = list(placement.variants.order_by("label"))
    equal = dict(zip([variant.label for variant in variants], equal_split(len(variants)), strict=True))
    for variant in variants:
        variant.split = (shares or equal)[variant.label]
    CopyVariant.objects.bulk_update(variants, ["split"])


def _keep_results(there_are: bool) -> None:
    if there_are:
        raise Conflict(_("There are results for this already; end the campaign instead."), "has_results")


def _limit_changed(actor: Actor, ad_slot: str) -> None:
    affected = Campaign.objects.filter(placements__ad_slot=ad_slot).exclude(status="ended").distinct()
    events.record_many(
        [
            events.NewEvent(kind="campaign.facts_changed", target=campaign, data={"part": "limit"})
            for campaign in affected
        ],
        actor=actor,
    )


def _check(placement: Placement) -> None:
    placement.channel = get_ad_slot(placement.ad_slot).channel
    known = dict(settings.LANGUAGES)
    if set(placement.languages) - set(known):
        refuse(languages=_("Choose languages among: %(known)s.") % {"known": ", ".join(known)})
    if placement.landing_url and urlsplit(placement.landing_url).scheme not in ("http", "https"):
        refuse(landing_url=_("A web address begins with https:// or http://."))
    if set(placement.utm) - set(PARAMETERS):
        refuse(utm=_("Known values: %(known)s.") % {"known": ", ".join(PARAMETERS)})
    paths = placement.paths
    if len(paths) > MOST_PATHS or any(count(path, "google_ads_width") > PATH_WIDTH for path in paths):
        refuse(paths=_("At most two parts of at most 15 characters."))
    offer: Offer | None = placement.offer
    if offer is not None and offer.campaign_id != placement.campaign_id:
        refuse(offer=_("This offer belongs to another campaign."))
