"""Forms of a plan: campaign, offer, placement. They read what people typed; services decide and write."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from marketing.ad_slots import ad_slots
from marketing.models import Campaign, Offer, Placement
from marketing.services.campaigns import CAMPAIGN_FIELDS, OFFER_FIELDS
from marketing.services.placements import LABELS, PLACEMENT_FIELDS
from marketing.utm import PARAMETERS
from opsportal.console.form_fields import PerLanguageField, WordListField
from opsportal.plugins import DomainError
from products.models import Category, Product

#: Values an offer's filter may choose from at most.
MOST_CHOICES = 500
#: Products chosen one by one for an offer or a placement; more are chosen by a filter.
MOST_PRODUCTS = 200


class Moment(forms.DateTimeInput):
    """A day and time as browsers ask for it."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class PlanForm(forms.ModelForm):
    """A form whose values go to a service; ``show`` puts what the service refused beside its fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.DateTimeField):
                field.widget = Moment()
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 3

    def _post_clean(self) -> None:
        """Nothing: the service validates the object, and names the field."""

    def values(self) -> dict[str, Any]:
        """What was typed, by the names the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name in self.Meta.fields}  # type: ignore[attr-defined]

    def show(self, error: DomainError) -> None:
        """Add a refusal to the fields it names, else to the whole form."""
        for problem in error.fields:
            self.add_error(problem.field if problem.field in self.fields else None, problem.message)
        if not error.fields:
            self.add_error(None, error.message)


class CampaignForm(PlanForm):
    """A campaign. ``version`` is the one on the screen, so that two people see each other."""

    names = PerLanguageField(label=_("Name per language"), required=False, help_text=_("As customers read it."))
    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=settings.LANGUAGES, widget=forms.CheckboxSelectMultiple
    )
    signatures = PerLanguageField(
        label=_("Sender of SMS per language"), required=False, help_text=_("Stands first in every text message: 【…】.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Campaign
        fields = tuple(name for name in CAMPAIGN_FIELDS if name != "owner")


class NewCampaignForm(CampaignForm):
    """A campaign that is not there yet: it needs a key, too."""

    field_order = ("name", "key")

    class Meta(CampaignForm.Meta):
        fields = ("key", *CampaignForm.Meta.fields)


class ProductChoiceMixin:
    """Products chosen one by one: their numbers are sent as ``products``."""

    def chosen(self, data: Any) -> list[Product]:
        """The products sent with the form, by name."""
        numbers = [int(text) for text in data.getlist("products") if text.isdecimal()][:MOST_PRODUCTS]
        return list(Product.objects.filter(pk__in=numbers).order_by("name"))


class OfferForm(ProductChoiceMixin, PlanForm):
    """An offer. Only the fields its kind needs have to be filled; products are listed or found by a filter."""

    gifts = PerLanguageField(label=_("Gift per language"), required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    brand = forms.CharField(label=_("Brand"), required=False, max_length=120)
    tag = forms.CharField(label=_("Tag"), required=False, max_length=120)
    q = forms.CharField(label=_("Name contains"), required=False, max_length=120)

    FILTERS = ("category", "brand", "tag", "q")

    class Meta:
        model = Offer
        fields = tuple(name for name in OFFER_FIELDS if name not in ("position", "product_filter"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        paths = Category.objects.values_list("path", flat=True)[:MOST_CHOICES]
        category = self.fields["category"]
        assert isinstance(category, forms.ChoiceField)
        category.choices = [("", "–"), *((path, path) for path in paths)]
        for name in self.FILTERS:
            self.initial.setdefault(name, self.instance.product_filter.get(name, ""))

    def values(self) -> dict[str, Any]:
        """The offer's fields; filters other than those on the form stay as they are."""
        kept = {name: value for name, value in self.instance.product_filter.items() if name not in self.FILTERS}
        typed = {name: self.cleaned_data[name] for name in self.FILTERS if self.cleaned_data.get(name)}
        return super().values() | {"product_filter": kept | typed}


class PlacementForm(ProductChoiceMixin, PlanForm):
    """A placement; a new one asks for its key and the number of variants, an old one for the split."""

    ad_slot = forms.ChoiceField(label=_("Ad slot"))
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None chosen: those of the campaign."),
    )
    landing_url = forms.URLField(label=_("Landing page"), required=False, max_length=1000, assume_scheme="https")
    paths = WordListField(label=_("Shown path"), required=False, help_text=_("Google Ads only; at most two parts."))

    class Meta:
        model = Placement
        fields = tuple(name for name in PLACEMENT_FIELDS if name not in ("position", "utm"))

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ad_slot = self.fields["ad_slot"]
        assert isinstance(ad_slot, forms.ChoiceField)
        ad_slot.choices = [(slot.key, slot.name) for slot in ad_slots().values()]
        offer = self.fields["offer"]
        assert isinstance(offer, forms.ModelChoiceField)
        offer.queryset = campaign.offers.all()
        offer.empty_label = str(_("the campaign's first"))
        for name in PARAMETERS:
            self.fields[name] = forms.CharField(
                label=name, required=False, max_length=200, initial=self.instance.utm.get(name, "")
            )
        self.utm_names = PARAMETERS

    def values(self) -> dict[str, Any]:
        """The placement's fields, with the UTM values that were given."""
        utm = {name: self.cleaned_data[name] for name in PARAMETERS if self.cleaned_data.get(name)}
        return super().values() | {"utm": utm}


class NewPlacementForm(PlacementForm):
    """A placement that is not there yet."""

    variants = forms.IntegerField(
        label=_("Variants"),
        min_value=1,
        max_value=len(LABELS),
        initial=1,
        help_text=_("Two or more are tested against each other."),
    )
    field_order = ("key", "ad_slot", "variants")

    class Meta(PlacementForm.Meta):
        fields = ("key", *PlacementForm.Meta.fields)

    def values(self) -> dict[str, Any]:
        """The placement's fields and the number of variants."""
        return super().values() | {"variants": self.cleaned_data["variants"]}
