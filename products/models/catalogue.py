"""Brands, the category tree, channels, products and what the owner says about them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from products.languages import in_language

#: Separates the names in a category's path; a name never contains it.
PATH_SEPARATOR = "/"


class Brand(models.Model):
    """A maker or label, with its name per language where they differ."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    names = models.JSONField(_("name per language"), default=dict, blank=True)

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def event_key(self) -> str:
        """Key under which events name this brand."""
        return self.name

    def name_in(self, language: str) -> str:
        """The name in ``language``, else as the shop wrote it."""
        return in_language(self.name, self.names, language)


class Category(models.Model):
    """A node of the category tree. ``path`` holds the names from the root down, joined by "/"."""

    class Sensitive(models.TextChoices):
        NONE = "", _("not sensitive")
        HEALTH = "health", _("health")
        FOOD = "food", _("food")
        COSMETICS = "cosmetics", _("cosmetics")
        CHILDREN = "children", _("children")
        FINANCE = "finance", _("finance")

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent category")
    )
    name = models.CharField(_("name"), max_length=120)
    path = models.CharField(_("path"), max_length=500, unique=True, editable=False)
    names = models.JSONField(_("name per language"), default=dict, blank=True)
    nouns = models.JSONField(
        _("noun per language"),
        default=dict,
        blank=True,
        help_text=_("What one product of this category is called in a sentence: “smart band”, “手环”."),
    )
    sensitive = models.CharField(_("sensitive"), max_length=20, choices=Sensitive, blank=True, default="")

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ("path",)

    def __str__(self) -> str:
        return self.path

    def event_key(self) -> str:
        """Key under which events name this category."""
        return self.path

    def name_in(self, language: str) -> str:
        """The name in ``language``, else as the shop wrote it."""
        return in_language(self.name, self.names, language)


class Channel(models.Model):
    """A shop this company sells in; copy may differ per channel."""

    class Kind(models.TextChoices):
        OTHER = "other", _("other")
        SHOPIFY = "shopify", _("Shopify")
        WOOCOMMERCE = "woocommerce", _("WooCommerce")
        TAOBAO = "taobao", _("Taobao / Tmall")
        GOOGLE = "google", _("Google Merchant")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.OTHER)
    stock_owned = models.BooleanField(
        _("stock owned here"),
        default=False,
        help_text=_("The portal counts stock for this channel: its orders reserve, release and use it up."),
    )

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name

    def event_key(self) -> str:
        """Key under which events name this channel."""
        return self.code


class Product(models.Model):
    """One thing the shop sells. ``key`` is the shop's own: its handle, else its SKU.

    ``name`` is in ``language``; ``names`` and ``nouns`` hold other languages. ``useful_facts`` and ``completeness``
    (percent per language) are computed by the services whenever the product's data change.
    """

    class Status(models.TextChoices):
        ACTIVE = "active", _("on sale")
        DRAFT = "draft", _("in preparation")
        ARCHIVED = "archived", _("no longer sold")

    key = models.CharField(_("key"), max_length=255, unique=True)
    name = models.CharField(_("name"), max_length=500)
    language = models.CharField(_("language"), max_length=20, choices=settings.LANGUAGES, default="en")
    names = models.JSONField(_("name per language"), default=dict, blank=True)
    nouns = models.JSONField(_("noun per language"), default=dict, blank=True)
    brand = models.ForeignKey(
        Brand, models.PROTECT, null=True, blank=True, related_name="products", verbose_name=_("brand")
    )
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="products", verbose_name=_("category")
    )
    channels = models.ManyToManyField(Channel, blank=True, related_name="products", verbose_name=_("channels"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE)
    product_type = models.CharField(_("type"), max_length=255, blank=True)
    tags = models.JSONField(_("tags"), default=list, blank=True)
    keywords_use = models.JSONField(_("keywords to use"), default=list, blank=True)
    keywords_avoid = models.JSONField(_("keywords to avoid"), default=list, blank=True)
    image = models.URLField(_("first image"), max_length=2000, blank=True, editable=False)
    useful_facts = models.PositiveSmallIntegerField(_("useful facts"), default=0, editable=False)
    completeness = models.JSONField(_("completeness"), default=dict, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["category", "id"], name="product_category"),
            models.Index(fields=["brand", "id"], name="product_brand"),
            models.Index(fields=["status", "id"], name="product_status"),
            models.Index(fields=["useful_facts", "id"], name="product_useful_facts"),
        ]
        permissions = [
            ("import_products", "Can import products"),
            ("export_products", "Can export products"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The product's page in the console; "" where there is no console."""
        try:
            return reverse("admin:products_product_change", args=[self.pk])
        except NoReverseMatch:
            return ""

    def event_key(self) -> str:
        """Key under which events name this product."""
        return self.key

    def event_label(self) -> str:
        """Label under which events name this product."""
        return self.name[:255]

    def name_in(self, language: str) -> str:
        """The name in ``language``, else as the shop wrote it."""
        return in_language(self.name, self.names, language)


class ProductImage(models.Model):
    """An image by its address; the portal never fetches it."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="images", verbose_name=_("product"))
    url = models.URLField(_("address"), max_length=2000)
    alt = models.CharField(_("text for those who cannot see it"), max_length=512, blank=True)
    position = models.PositiveIntegerField(_("position"), default=1)

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        ordering = ("product_id", "position", "id")

    def __str__(self) -> str:
        return self.url


class SellingPoint(models.Model):
    """A selling point (卖点) in the owner's words. Only approved ones may appear in copy."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="selling_points", verbose_name=_("product"))
    language = models.CharField(_("language"), max_length=20, choices=settings.LANGUAGES)
    text = models.CharField(_("text"), max_length=300)
    position = models.PositiveIntegerField(_("position"), default=1)
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
        verbose_name = _("selling point")
        verbose_name_plural = _("selling points")
        ordering = ("product_id", "language", "position", "id")
        constraints = [
            models.UniqueConstraint(fields=["product", "language", "text"], name="one_selling_point_per_text")
        ]
        permissions = [("approve_sellingpoint", "Can approve selling points")]

    def __str__(self) -> str:
        return self.text
