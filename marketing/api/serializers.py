"""What goes in and out over HTTP: campaigns and their parts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from generation.engine.counting import UNITS
from generation.models import Batch
from marketing.ad_slots import ad_slots
from marketing.models import Campaign, CopyText, CopyVariant, DailyResult, Goal, Offer, OfferKind, Placement, Status
from marketing.services.placements import LABELS
from opsportal.plugins import Invalid
from products.models import Product

_MONEY: dict[str, Any] = {"max_digits": 14, "decimal_places": 2, "allow_null": True, "required": False}


# Named as text: schemas cannot tell two enumerations of one field name apart. The services refuse what is unknown.
KINDS = ", ".join(OfferKind.values)


class ProductKeys(serializers.ListField):
    """Products by their keys; unknown ones are refused by name."""

    child = serializers.CharField(max_length=255)

    def to_internal_value(self, data: Any) -> list[Product]:
        """The products of the keys."""
        keys = list(dict.fromkeys(super().to_internal_value(data)))
        found = {product.key: product for product in Product.objects.filter(key__in=keys)}
        missing = [key for key in keys if key not in found]
        if missing:
            raise serializers.ValidationError(
                [_("There is no product “%(key)s”.") % {"key": key} for key in missing[:10]]
            )
        return [found[key] for key in keys]

    def to_representation(self, data: Any) -> list[str]:
        """The keys of the products of a row."""
        return [product.key for product in data.all()]


class CampaignSerializer(serializers.ModelSerializer):
    """A campaign in a list."""

    owner = serializers.CharField(source="owner.username", default="", read_only=True)
    status = serializers.CharField(read_only=True, help_text=", ".join(Status.values))

    class Meta:
        model = Campaign
        fields = (
            "id", "key", "name", "names", "goal", "audience", "brand_voice", "tone", "languages", "signatures",
            "starts_at", "ends_at", "budget", "currency", "lowest_price_rule", "status", "version", "pause_reason",
            "pause_note", "owner", "created_at", "updated_at", "went_live_at", "ended_at",
        )  # fmt: skip


class CampaignChange(serializers.Serializer):
    """Fields of a campaign to change; those not given stay. ``version``: the one you read, so that nobody is overrun."""

    name = serializers.CharField(max_length=120, required=False)
    names = serializers.DictField(child=serializers.CharField(max_length=500), required=False)
    goal = serializers.ChoiceField(Goal.choices, required=False)
    audience = serializers.CharField(max_length=300, required=False, allow_blank=True)
    brand_voice = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    tone = serializers.ChoiceField(Batch.Tone.choices, required=False)
    languages = serializers.ListField(child=serializers.CharField(max_length=20), required=False)
    signatures = serializers.DictField(child=serializers.CharField(max_length=500), required=False)
    starts_at = serializers.DateTimeField(required=False, allow_null=True)
    ends_at = serializers.DateTimeField(required=False, allow_null=True)
    budget = serializers.DecimalField(**_MONEY)
    currency = serializers.CharField(max_length=3, required=False)
    lowest_price_rule = serializers.BooleanField(required=False)
    version = serializers.IntegerField(required=False)


class CampaignRequest(CampaignChange):
    """A campaign to plan."""

    key = serializers.SlugField(max_length=60)
    name = serializers.CharField(max_length=120)
    version = None  # type: ignore[assignment]


class OfferSerializer(serializers.ModelSerializer):
    """An offer; ``products`` are the keys of an explicit list, else ``product_filter`` finds them."""

    kind = serializers.CharField(read_only=True, help_text=KINDS)
    campaign: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField("key", read_only=True)
    products = ProductKeys(read_only=True)

    class Meta:
        model = Offer
        fields = (
            "id", "campaign", "position", "kind", "percent", "amount", "threshold", "quantity", "bundle_price", "gift",
            "gifts", "code", "quotes_price", "deposit", "deposit_counts", "presale_ends_at", "starts_at", "ends_at",
            "products", "product_filter",
        )  # fmt: skip


class OfferChange(serializers.Serializer):
    """Fields of an offer to change; those not given stay."""

    position = serializers.IntegerField(min_value=1, max_value=1000, required=False)
    kind = serializers.CharField(max_length=10, required=False, help_text=KINDS)
    percent = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True, required=False)
    amount = serializers.DecimalField(**_MONEY)
    threshold = serializers.DecimalField(**_MONEY)
    quantity = serializers.IntegerField(min_value=1, max_value=1000, allow_null=True, required=False)
    bundle_price = serializers.DecimalField(**_MONEY)
    gift = serializers.CharField(max_length=120, required=False, allow_blank=True)
    gifts = serializers.DictField(child=serializers.CharField(max_length=500), required=False)
    code = serializers.CharField(max_length=40, required=False, allow_blank=True)
    quotes_price = serializers.BooleanField(required=False)
    deposit = serializers.DecimalField(**_MONEY)
    deposit_counts = serializers.DecimalField(**_MONEY)
    presale_ends_at = serializers.DateTimeField(required=False, allow_null=True)
    starts_at = serializers.DateTimeField(required=False, allow_null=True)
    ends_at = serializers.DateTimeField(required=False, allow_null=True)
    products = ProductKeys(required=False, max_length=1000)
    product_filter = serializers.DictField(child=serializers.CharField(max_length=500), required=False)


class OfferRequest(OfferChange):
    """An offer to add to a campaign, which is named by its key."""

    campaign = serializers.SlugField(max_length=60)
    kind = serializers.CharField(max_length=10, help_text=KINDS)


class CopyVariantSerializer(serializers.ModelSerializer):
    """A copy variant and its share of the traffic."""

    class Meta:
        model = CopyVariant
        fields = ("id", "placement", "label", "split", "promoted_at")


class PlacementSerializer(serializers.ModelSerializer):
    """A placement with its variants."""

    campaign: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField("key", read_only=True)
    products = ProductKeys(read_only=True)
    variants = CopyVariantSerializer(many=True, read_only=True)

    class Meta:
        model = Placement
        fields = (
            "id", "campaign", "key", "position", "channel", "ad_slot", "offer", "products", "languages", "starts_at",
            "ends_at", "budget_share", "landing_url", "utm", "paths", "variants",
        )  # fmt: skip


class PlacementChange(serializers.Serializer):
    """Fields of a placement to change; those not given stay."""

    position = serializers.IntegerField(min_value=1, max_value=1000, required=False)
    ad_slot = serializers.ChoiceField(list(ad_slots()), required=False)
    offer = serializers.IntegerField(allow_null=True, required=False, help_text="Number of an offer of the campaign.")
    products = ProductKeys(required=False, max_length=1000)
    languages = serializers.ListField(child=serializers.CharField(max_length=20), required=False)
    starts_at = serializers.DateTimeField(required=False, allow_null=True)
    ends_at = serializers.DateTimeField(required=False, allow_null=True)
    budget_share = serializers.DecimalField(max_digits=5, decimal_places=2, required=False)
    landing_url = serializers.URLField(max_length=1000, required=False, allow_blank=True)
    utm = serializers.DictField(child=serializers.CharField(max_length=200), required=False)
    paths = serializers.ListField(child=serializers.CharField(max_length=60), required=False, max_length=2)

    def given(self) -> dict[str, Any]:
        """What was sent, with the offer in place of its number. Raises ``Invalid`` for one that is not there."""
        data: dict[str, Any] = dict(self.validated_data)
        if data.get("offer") is not None:
            number = data["offer"]
            data["offer"] = Offer.objects.filter(pk=number).first() if number < 2**63 else None
            if data["offer"] is None:
                raise Invalid(_("There is no offer with the number %(number)d.") % {"number": number}, "unknown_offer")
        return data


class PlacementRequest(PlacementChange):
    """A placement to add to a campaign, which is named by its key."""

    campaign = serializers.SlugField(max_length=60)
    key = serializers.SlugField(max_length=60)
    ad_slot = serializers.ChoiceField(list(ad_slots()))
    variants = serializers.IntegerField(min_value=1, max_value=len(LABELS), default=1)


class SplitRequest(serializers.Serializer):
    """Share of the traffic of every variant by label; together 100."""

    split = serializers.DictField(child=serializers.IntegerField(min_value=0, max_value=100))


class TextRequest(serializers.Serializer):
    """One more text of a field."""

    field = serializers.CharField(max_length=40)


class CampaignTextSerializer(serializers.ModelSerializer):
    """One text of a campaign and what is published for it; it is the object of its drafts."""

    campaign = serializers.CharField(source="campaign.key", read_only=True)
    placement = serializers.CharField(source="variant.placement.key", read_only=True)
    variant = serializers.CharField(source="variant.label", read_only=True)
    channel = serializers.CharField(source="variant.placement.channel", read_only=True)

    class Meta:
        model = CopyText
        fields = (
            "id", "key", "campaign", "placement", "variant", "channel", "field", "position", "language", "slot", "value",
            "published_at",
        )  # fmt: skip


class ChannelLimitSerializer(serializers.Serializer):
    """A limit as it holds: shipped, or corrected by the shop."""

    ad_slot = serializers.CharField()
    field = serializers.CharField()
    name = serializers.CharField()
    maximum = serializers.IntegerField()
    unit = serializers.CharField()
    hard = serializers.BooleanField()
    source = serializers.CharField()  # type: ignore[assignment]
    checked_on = serializers.DateField()
    is_corrected = serializers.BooleanField()


class ChannelLimitRequest(serializers.Serializer):
    """What a channel really takes, and who says so."""

    maximum = serializers.IntegerField(min_value=1, max_value=1_000_000)
    unit = serializers.ChoiceField(UNITS)
    hard = serializers.BooleanField(default=True)
    source = serializers.CharField(max_length=300)  # type: ignore[assignment]
    checked_on = serializers.DateField()


class CampaignResultSerializer(serializers.ModelSerializer):
    """Figures of one variant on one day."""

    campaign = serializers.CharField(source="variant.placement.campaign.key", read_only=True)
    placement = serializers.CharField(source="variant.placement.key", read_only=True)
    variant = serializers.CharField(source="variant.label", read_only=True)

    class Meta:
        model = DailyResult
        fields = (
            "id", "campaign", "placement", "variant", "day", "language", "impressions", "clicks", "conversions", "spend",
            "revenue", "recorded_at",
        )  # fmt: skip


class EmptySerializer(serializers.Serializer):
    """Nothing is asked for."""
