"""Customers and their addresses: as little personal data as orders need, and all of it erasable."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Customer(models.Model):
    """Somebody who buys. ``external_id`` is their number in ``source``, the system that owns them.

    The ``…_key`` fields are digests by which equal values are found without reading them (``orders.matching``). After
    erasure (``erased_at``) only the numbers of the source stay, so that a later import does not bring the person back.
    """

    source = models.CharField(_("source"), max_length=60, blank=True)
    external_id = models.CharField(_("number in the source"), max_length=120, blank=True)
    name = models.CharField(_("full name"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=20, choices=settings.LANGUAGES, blank=True)
    country = models.CharField(_("country"), max_length=60, blank=True)
    email_key = models.CharField(_("digest of the e-mail"), max_length=32, blank=True, editable=False)
    phone_key = models.CharField(_("digest of the phone"), max_length=32, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    synced_at = models.DateTimeField(_("last read from the source"), null=True, blank=True)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], condition=~Q(external_id=""), name="customer_of_source"
            )
        ]
        indexes = [models.Index(fields=["email_key"], name="customer_email_key")]
        permissions = [("erase_customer", "Can erase the personal data of customers")]

    def __str__(self) -> str:
        return self.name or self.external_id or f"#{self.pk}"

    def event_key(self) -> str:
        """Key under which events name this customer: never personal data."""
        return self.external_id or str(self.pk)

    def event_label(self) -> str:
        """Label under which events name this customer: never personal data."""
        return f"#{self.pk}"


class Address(models.Model):
    """Where an order goes or is billed to, as it was when the order was placed. ``key`` and ``phone_key`` are digests."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, null=True, blank=True, related_name="addresses", verbose_name=_("customer")
    )
    name = models.CharField(_("full name"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    company = models.CharField(_("company"), max_length=200, blank=True)
    line1 = models.CharField(_("street"), max_length=300, blank=True)
    line2 = models.CharField(_("addition"), max_length=300, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    region = models.CharField(_("region"), max_length=120, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=30, blank=True)
    country = models.CharField(_("country"), max_length=60, blank=True)
    key = models.CharField(_("digest of the address"), max_length=32, blank=True, editable=False)
    phone_key = models.CharField(_("digest of the phone"), max_length=32, blank=True, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        ordering = ("-id",)
        indexes = [models.Index(fields=["customer", "key"], name="address_of_customer")]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.line1, self.city, self.country) if part)
