"""What goes in and out over HTTP."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework import serializers

from products.imports.columns import FORMATS as IMPORT_FORMATS
from products.models import AttributeValue, Category, Channel, ExportRun, ImportRun, LiveCopy, Product, Variant
from products.services import AttributeInput
from products.services.exporting import FORMATS, ExportSpec


class VariantSerializer(serializers.ModelSerializer):
    """A variant; matched by SKU or options when written."""

    class Meta:
        model = Variant
        fields = ("sku", "barcode", "options", "price", "compare_at", "cost", "currency", "stock", "image")
        extra_kwargs = {name: {"required": False} for name in fields}


class AttributeSerializer(serializers.ModelSerializer):
    """One attribute value. ``attribute`` is a code or name; a blank value clears when written."""

    attribute = serializers.CharField(source="attribute.code")
    name = serializers.CharField(source="attribute.name", read_only=True)
    variant = serializers.CharField(source="variant.identity", default="", allow_blank=True)

    class Meta:
        model = AttributeValue
        fields = (
            "attribute", "name", "value", "values", "unit", "condition", "conditions", "part", "parts", "variant",
            "source", "as_of",
        )  # fmt: skip


class AttributeRequest(serializers.Serializer):
    """One attribute to set; an unknown one is created as text."""

    attribute = serializers.CharField(max_length=120)
    value = serializers.CharField(max_length=1000, allow_blank=True)
    values = serializers.DictField(child=serializers.CharField(), default=dict)
    unit = serializers.CharField(max_length=30, default="", allow_blank=True)
    condition = serializers.CharField(max_length=200, default="", allow_blank=True)
    conditions = serializers.DictField(child=serializers.CharField(), default=dict)
    part = serializers.CharField(max_length=120, default="", allow_blank=True)
    parts = serializers.DictField(child=serializers.CharField(), default=dict)
    variant = serializers.CharField(default="", allow_blank=True)
    source = serializers.CharField(max_length=200, default="", allow_blank=True)  # type: ignore[assignment]
    as_of = serializers.DateField(allow_null=True, default=None)


class LiveCopySerializer(serializers.ModelSerializer):
    """Published copy."""

    class Meta:
        model = LiveCopy
        fields = ("slot", "language", "channel", "value", "content_hash", "draft_number", "updated_at")


class ProductSerializer(serializers.ModelSerializer):
    """A product in a list."""

    brand = serializers.CharField(source="brand.name", default="", read_only=True)
    category = serializers.CharField(source="category.path", default="", read_only=True)

    class Meta:
        model = Product
        fields = (
            "id", "key", "name", "language", "names", "nouns", "brand", "category", "status", "product_type", "tags",
            "keywords_use", "keywords_avoid", "image", "useful_facts", "completeness", "created_at", "updated_at",
        )  # fmt: skip


class ProductDetailSerializer(ProductSerializer):
    """A product with everything of its own."""

    variants = VariantSerializer(many=True, read_only=True)
    attributes = AttributeSerializer(source="attribute_values", many=True, read_only=True)
    channels: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField("code", many=True, read_only=True)
    images: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField("url", many=True, read_only=True)
    live_copy = LiveCopySerializer(many=True, read_only=True)

    class Meta(ProductSerializer.Meta):
        fields = (*ProductSerializer.Meta.fields, "variants", "attributes", "channels", "images", "live_copy")  # type: ignore[assignment]


class ProductRequest(serializers.Serializer):
    """A product to create or change. ``category`` holds names from the root down."""

    key = serializers.CharField(max_length=255)
    name = serializers.CharField(max_length=500)
    language = serializers.ChoiceField(settings.LANGUAGES, required=False)
    names = serializers.DictField(child=serializers.CharField(), required=False)
    nouns = serializers.DictField(child=serializers.CharField(), required=False)
    brand = serializers.CharField(max_length=120, required=False, allow_blank=True)
    category = serializers.ListField(child=serializers.CharField(max_length=120), required=False, max_length=8)
    channels = serializers.ListField(child=serializers.CharField(), required=False)
    status = serializers.ChoiceField(Product.Status.choices, required=False)
    product_type = serializers.CharField(max_length=255, required=False, allow_blank=True)
    tags = serializers.ListField(child=serializers.CharField(max_length=120), required=False)
    keywords_use = serializers.ListField(child=serializers.CharField(max_length=120), required=False)
    keywords_avoid = serializers.ListField(child=serializers.CharField(max_length=120), required=False)
    variants = VariantSerializer(many=True, required=False)
    attributes = AttributeRequest(many=True, required=False)
    images = serializers.ListField(child=serializers.URLField(max_length=2000), required=False)

    def given(self) -> dict[str, Any]:
        """What was sent, as the services take it."""
        data: dict[str, Any] = dict(self.validated_data)
        if "attributes" in data:
            data["attributes"] = [AttributeInput(**values) for values in data["attributes"]]
        return data


class CategorySerializer(serializers.ModelSerializer):
    """A node of the category tree."""

    class Meta:
        model = Category
        fields = ("id", "path", "name", "names", "nouns", "parent", "sensitive")


class ChannelSerializer(serializers.ModelSerializer):
    """A shop this company sells in; ``stock_owned``: the portal counts its stock."""

    class Meta:
        model = Channel
        fields = ("id", "code", "name", "kind", "stock_owned")


class ImportRequest(serializers.Serializer):
    """A file to import; the import starts at once, in the background."""

    file = serializers.FileField()
    format = serializers.ChoiceField(IMPORT_FORMATS, default="auto")
    channel = serializers.CharField(default="", allow_blank=True)
    language = serializers.CharField(default="", allow_blank=True)
    map = serializers.ListField(child=serializers.CharField(), default=list, help_text="their header=our field")


class ImportRunSerializer(serializers.ModelSerializer):
    """An import and its outcome."""

    class Meta:
        model = ImportRun
        fields = ("id", "original_name", "format", "channel", "state", "result", "job_id", "created_at", "finished_at")


class ExportRequest(serializers.Serializer):
    """What to hand out; ``like`` is the operator's own file for the format original."""

    format = serializers.ChoiceField(FORMATS)
    language = serializers.CharField(default="", allow_blank=True)
    channel = serializers.CharField(default="", allow_blank=True)
    filter = serializers.DictField(child=serializers.CharField(), default=dict)
    copy_only = serializers.BooleanField(default=False)
    spreadsheet = serializers.BooleanField(default=False)
    block = serializers.BooleanField(default=False)
    fields_to_fill = serializers.ListField(child=serializers.CharField(), default=list)
    like = serializers.FileField(required=False)

    def spec(self) -> ExportSpec:
        """The validated request as the service takes it."""
        data: dict[str, Any] = dict(self.validated_data)
        data.pop("like", None)
        return ExportSpec(fields=tuple(data.pop("fields_to_fill")), **data)


class ExportRunSerializer(serializers.ModelSerializer):
    """An export and its outcome."""

    class Meta:
        model = ExportRun
        fields = ("id", "format", "file_name", "state", "result", "job_id", "created_at", "finished_at", "confirmed_at")


class EmptySerializer(serializers.Serializer):
    """Nothing is asked for."""
