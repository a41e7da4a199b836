"""Typed attributes: what can be known about a product, and what is."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from products.languages import in_language
from products.models.catalogue import Category, Product
from products.models.variants import Variant


class DataType(models.TextChoices):
    """What kind of value an attribute takes."""

    TEXT = "text", _("text")
    NUMBER = "number", _("number")
    CHOICE = "choice", _("choice")
    BOOLEAN = "boolean", _("yes or no")


class AttributeDefinition(models.Model):
    """An attribute: its name and unit per language, its type, and how much it matters.

    ``choices`` lists the values of a choice as ``{"value": "cotton", "names": {"zh-hans": "棉"}}``.
    ``is_key``: copy should not leave it out. ``in_copy`` false keeps an attribute (an internal code) out of briefs.
    """

    code = models.CharField(_("code"), max_length=120, unique=True)
    name = models.CharField(_("name"), max_length=120)
    names = models.JSONField(_("name per language"), default=dict, blank=True)
    data_type = models.CharField(_("type"), max_length=10, choices=DataType, default=DataType.TEXT)
    unit = models.CharField(_("unit"), max_length=30, blank=True)
    units = models.JSONField(_("unit per language"), default=dict, blank=True)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    is_key = models.BooleanField(_("key fact"), default=False)
    per_variant = models.BooleanField(_("differs between variants"), default=False)
    in_copy = models.BooleanField(_("may appear in copy"), default=True)

    class Meta:
        verbose_name = _("attribute")
        verbose_name_plural = _("attributes")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def event_key(self) -> str:
        """Key under which events name this attribute."""
        return self.code

    def name_in(self, language: str) -> str:
        """The name in ``language``, else as the shop wrote it."""
        return in_language(self.name, self.names, language)

    def unit_in(self, language: str) -> str:
        """The unit in ``language``, else as the shop wrote it."""
        return in_language(self.unit, self.units, language)


class CategoryAttribute(models.Model):
    """One member of a category's attribute set; categories below inherit it."""

    category = models.ForeignKey(Category, models.CASCADE, related_name="attribute_set", verbose_name=_("category"))
    attribute = models.ForeignKey(
        AttributeDefinition, models.CASCADE, related_name="category_sets", verbose_name=_("attribute")
    )
    required = models.BooleanField(_("required"), default=False)
    is_key = models.BooleanField(_("key fact"), default=False)
    position = models.PositiveIntegerField(_("position"), default=1)

    class Meta:
        verbose_name = _("attribute of the category")
        verbose_name_plural = _("attribute set")
        ordering = ("category_id", "position", "id")
        constraints = [models.UniqueConstraint(fields=["category", "attribute"], name="attribute_once_per_category")]

    def __str__(self) -> str:
        return f"{self.category} · {self.attribute}"


class AttributeValue(models.Model):
    """One value of one attribute, of a product or of one of its variants.

    ``value`` is written as the shop writes it, without the unit; ``number`` is its parsed amount when it is one.
    ``unit`` overrides the definition's. ``values``, ``conditions`` and ``parts`` hold other languages.
    """

    product = models.ForeignKey(Product, models.CASCADE, related_name="attribute_values", verbose_name=_("product"))
    variant = models.ForeignKey(
        Variant,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="attribute_values",
        verbose_name=_("variant"),
    )
    attribute = models.ForeignKey(
        AttributeDefinition, models.PROTECT, related_name="values", verbose_name=_("attribute")
    )
    value = models.CharField(_("value"), max_length=1000)
    values = models.JSONField(_("value per language"), default=dict, blank=True)
    number = models.DecimalField(_("number"), max_digits=24, decimal_places=8, null=True, blank=True, editable=False)
    unit = models.CharField(_("unit"), max_length=30, blank=True)
    condition = models.CharField(_("condition"), max_length=200, blank=True)
    conditions = models.JSONField(_("condition per language"), default=dict, blank=True)
    part = models.CharField(_("part"), max_length=120, blank=True)
    parts = models.JSONField(_("part per language"), default=dict, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    as_of = models.DateField(_("as of"), null=True, blank=True)

    class Meta:
        verbose_name = _("attribute value")
        verbose_name_plural = _("attribute values")
        ordering = ("product_id", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["product", "attribute", "condition", "part"],
                condition=Q(variant__isnull=True),
                name="one_shared_value",
            ),
            models.UniqueConstraint(
                fields=["variant", "attribute", "condition", "part"],
                condition=Q(variant__isnull=False),
                name="one_value_per_variant",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attribute}: {self.value}"

    def clean(self) -> None:
        """Refuse a variant of another product."""
        if self.variant_id and self.variant and self.variant.product_id != self.product_id:
            raise ValidationError({"variant": _("This variant belongs to another product.")})


class Benefit(models.Model):
    """What a value of an attribute means to a customer, approved by the owner: 7 days → "charge about once a week".

    Applies where ``minimum`` ≤ number ≤ ``maximum`` (either may be open), or the text equals ``equals`` (any case).
    """

    attribute = models.ForeignKey(
        AttributeDefinition, models.CASCADE, related_name="benefits", verbose_name=_("attribute")
    )
    category = models.ForeignKey(
        Category, models.CASCADE, null=True, blank=True, related_name="benefits", verbose_name=_("only in category")
    )
    minimum = models.DecimalField(_("from"), max_digits=20, decimal_places=6, null=True, blank=True)
    maximum = models.DecimalField(_("to"), max_digits=20, decimal_places=6, null=True, blank=True)
    equals = models.CharField(_("is exactly"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=20, choices=settings.LANGUAGES)
    text = models.CharField(_("text"), max_length=300)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)

    class Meta:
        verbose_name = _("benefit")
        verbose_name_plural = _("benefits")
        ordering = ("attribute_id", "language", "id")
        permissions = [("approve_benefit", "Can approve benefits")]

    def __str__(self) -> str:
        return self.text

    def event_key(self) -> str:
        """Key under which events name this benefit."""
        return str(self.pk)

    def clean(self) -> None:
        """Refuse a benefit that says nothing about when it is true."""
        if self.minimum is None and self.maximum is None and not self.equals:
            raise ValidationError(_("Say for which values this is true: from, to, or is exactly."))
