"""What can be drafted for a campaign: headline, ad text, e-mail, SMS, social post. The target is one ``CopyText``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, cast

import django_filters
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generation.slots import ApplyResult, Change, FactSheet, Slot, TargetInfo, slots
from generation.values import Value, content_hash
from marketing.ad_slots import ad_slots
from marketing.facts import sheets
from marketing.filters import CopyTextFilter
from marketing.models import CopyText, Placement
from marketing.shown import shown_in
from marketing.wording import words
from products.models import Category

if TYPE_CHECKING:
    from opsportal.access import Actor


class CampaignSlot(Slot):
    """A place for copy of a campaign: every text whose field takes this copy type, in the text's own language."""

    target_model = "marketing.CopyText"
    side_by_side = True

    def queryset(self) -> QuerySet[CopyText]:
        """The texts of all campaigns; ``eligible`` leaves each to its own copy type."""
        return CopyText.objects.all()

    def filterset(self) -> type[django_filters.FilterSet]:
        """By campaign, placement, variant, channel, field, language."""
        return CopyTextFilter

    def eligible(self, rows: QuerySet, language: str) -> QuerySet:
        """A text has one copy type and one language."""
        return rows.filter(slot=self.key, language=language)

    def facts(self, targets: Iterable[Model], language: str, channel: str) -> dict[int, FactSheet]:
        """Offer, products shown and campaign of each text."""
        return sheets(cast("list[CopyText]", list(targets)), self.key, language)

    def live(self, targets: Iterable[Model], language: str, channel: str) -> dict[int, Value]:
        """What was published for a text."""
        texts = cast("list[CopyText]", list(targets))
        return {text.pk: text.value for text in texts if text.language == language}

    def describe(self, targets: Iterable[Model]) -> dict[int, TargetInfo]:
        """Key, where it appears, the board; category and image of the product it shows."""
        ids = [target.pk for target in targets]
        rows = list(CopyText.objects.filter(pk__in=ids).select_related("campaign", "variant__placement"))
        shown = shown_in(Placement.objects.filter(pk__in={text.variant.placement_id for text in rows}))
        products = {pk: one.single for pk, one in shown.items() if one.single is not None}
        wanted = {product.category_id for product in products.values() if product.category_id}
        paths = dict(Category.objects.filter(pk__in=wanted).values_list("pk", "path"))
        found = {}
        for text in rows:
            product = products.get(text.variant.placement_id)
            found[text.pk] = TargetInfo(
                type="marketing.copytext",
                id=text.pk,
                key=text.key,
                label=label_of(text),
                category=paths.get(product.category_id or 0, "") if product else "",
                image=product.image if product else "",
                admin_url=text.get_absolute_url(),
            )
        return found

    def apply(self, changes: Sequence[Change], actor: Actor) -> list[ApplyResult]:
        """Write the published value where what was published before is what was expected."""
        rows = CopyText.objects.select_for_update(of=("self",)).in_bulk([change.target_id for change in changes])
        results: list[ApplyResult] = []
        written: list[CopyText] = []
        for change in changes:
            text = rows.get(change.target_id)
            if text is None:
                results.append(ApplyResult(change.target_id, False, message=_("The text is no longer planned.")))
                continue
            before = cast(Value, text.value)
            if text.content_hash != (change.expected or ""):
                results.append(ApplyResult(change.target_id, False, current=before))
                continue
            text.value = change.value
            text.content_hash = content_hash(change.value)
            text.published_at = timezone.now() if change.value is not None else None
            written.append(text)
            results.append(ApplyResult(change.target_id, True, before=before))
        CopyText.objects.bulk_update(written, ["value", "content_hash", "published_at"])
        return results


def label_of(text: CopyText) -> str:
    """Where a text appears, for people: "Autumn Camp · search · A · Headline 2"."""
    placement = text.variant.placement
    ad_slot = ad_slots().get(placement.ad_slot)
    spec = ad_slot.fields.get(text.field) if ad_slot else None
    name = spec.name if spec else text.field
    numbered = f"{name} {text.position}" if spec and spec.most > 1 else name
    return f"{text.campaign.name} · {placement.key} · {text.variant.label} · {numbered}"


@slots.register
class Headline(CampaignSlot):
    """The headline of an ad, the title of a note."""

    key = "marketing.headline"
    title = gettext_lazy("Ad headline")
    copy_kind = "marketing.headline"
    order = 110


@slots.register
class AdDescription(CampaignSlot):
    """The text of an ad."""

    key = "marketing.ad_description"
    title = gettext_lazy("Ad text")
    copy_kind = "marketing.ad_description"
    order = 120


@slots.register
class EmailSubject(CampaignSlot):
    """The subject of an e-mail, or the line shown behind it."""

    key = "marketing.email_subject"
    title = gettext_lazy("E-mail subject")
    copy_kind = "marketing.email_subject"
    order = 130


@slots.register
class EmailBody(CampaignSlot):
    """The text of an e-mail; ``{{customer}}`` stays in it for whoever sends it."""

    key = "marketing.email_body"
    title = gettext_lazy("E-mail text")
    copy_kind = "marketing.email_body"
    order = 140


@slots.register
class Sms(CampaignSlot):
    """A text message. That it names its sender first and how to refuse last is not left to the writer."""

    key = "marketing.sms"
    title = gettext_lazy("SMS")
    copy_kind = "marketing.sms"
    order = 150

    def compose(self, copy_text: str, sheet: FactSheet, language: str) -> Value:
        """One line with the sender in front and the way to refuse at the end."""
        text = " ".join(str(super().compose(copy_text, sheet, language)).split())
        said = words(language)
        sender = next((fact.value for fact in sheet.facts if fact.key == said["sign"]), "") or sheet.brand
        signature = said["sms_begins"].format(sender=sender)
        body = re.sub(said["sms_ending"], "", text).removeprefix(signature).strip().rstrip("。.")
        return f"{signature if sender else ''}{body}{said['sms_ends']}" if body else ""


@slots.register
class Social(CampaignSlot):
    """A post: a line that says what it is about, a blank line, the rest."""

    key = "marketing.social"
    title = gettext_lazy("Social post")
    copy_kind = "marketing.social"
    order = 160
