"""Planning in the console: the list of campaigns; forms for campaign, offer and placement."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketing import services
from marketing.console.base import CHANGE, VIEW, CampaignView, PlanFormView, RemovableView, complain
from marketing.console.forms import (
    MOST_PRODUCTS,
    CampaignForm,
    NewCampaignForm,
    NewPlacementForm,
    OfferForm,
    PlacementForm,
    PlanForm,
)
from marketing.models import Campaign, Offer, Placement, Status
from marketing.progress import progress_of
from opsportal.console.admin_base import CappedPaginator
from opsportal.console.views import ConsoleView
from opsportal.plugins import DomainError
from products.filters import searched
from products.models import Product

#: Campaigns of a page of the list.
PAGE = 30
#: Products a search offers at once.
FOUND = 20


class CampaignsPage(ConsoleView):
    """All campaigns, the latest first."""

    title = gettext_lazy("Campaigns")
    permission = VIEW
    template_name = "marketing/campaigns.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A page of campaigns with how far their copy is."""
        rows = Campaign.objects.select_related("owner")
        status = self.request.GET.get("status", "")
        words = self.request.GET.get("q", "").strip()
        if status in Status.values:
            rows = rows.filter(status=status)
        if words:
            rows = rows.filter(Q(name__icontains=words) | Q(key__istartswith=words))
        page: Paginator = CappedPaginator(rows, PAGE)
        shown = page.get_page(self.request.GET.get("page"))
        progress = progress_of([campaign.pk for campaign in shown])
        return super().get_context_data(
            page=shown,
            rows=[(campaign, progress[campaign.pk]) for campaign in shown],
            statuses=Status.choices,
            status=status,
            q=words,
            may_plan=self.actor.can("marketing.add_campaign"),
            **kwargs,
        )


class NewCampaign(PlanFormView):
    """Plan a campaign."""

    title = gettext_lazy("New campaign")
    permission = "marketing.add_campaign"

    def form(self, data: Any = None) -> PlanForm:
        """An empty campaign."""
        return NewCampaignForm(data)

    def extra(self, form: PlanForm) -> dict[str, Any]:
        """Back to the list."""
        return {"back": reverse("console:marketing_campaigns"), "submit": _("Create the campaign")}

    def save(self, form: PlanForm) -> str:
        """Create it and go to its board."""
        return services.create_campaign(self.actor, **form.values()).get_absolute_url()


class EditCampaign(CampaignView, PlanFormView):
    """Change a campaign in planning or review."""

    permission = CHANGE

    def form(self, data: Any = None) -> PlanForm:
        """The campaign as it is."""
        return CampaignForm(data, instance=self.campaign, initial={"version": self.campaign.version})

    def extra(self, form: PlanForm) -> dict[str, Any]:
        """Title and way back."""
        return {
            "title": _("Edit “%(name)s”") % {"name": form["name"].initial},
            "back": self.campaign.get_absolute_url(),
        }

    def save(self, form: PlanForm) -> str:
        """Change what was typed."""
        seen = form.cleaned_data["version"]
        return services.update_campaign(self.actor, self.campaign, version=seen, **form.values()).get_absolute_url()


class RemoveCampaign(CampaignView):
    """Delete a plan that never went live."""

    permission = "marketing.delete_campaign"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Delete it, or say why not."""
        try:
            services.delete_campaign(self.actor, self.campaign)
        except DomainError as error:
            complain(request, error)
            return redirect(self.campaign.get_absolute_url())
        return redirect("console:marketing_campaigns")


class ProductsMixin:
    """The chosen products of the form, to be shown as boxes that are ticked."""

    def shown_products(self, form: Any, owner: Offer | Placement) -> dict[str, Any]:
        """Products sent with the form, else those stored."""
        if form.is_bound:
            chosen = form.chosen(form.data)
        else:
            chosen = list(owner.products.order_by("name")[:MOST_PRODUCTS]) if owner.pk else []
        return {"chosen_products": chosen, "found_products": [], "with_products": True}


class NewOffer(ProductsMixin, CampaignView, PlanFormView):
    """Add an offer to a campaign."""

    permission = CHANGE
    template_name = "marketing/offer.html"

    def form(self, data: Any = None) -> PlanForm:
        """An empty offer."""
        return OfferForm(data)

    def extra(self, form: PlanForm) -> dict[str, Any]:
        """Title, products, way back."""
        shown = self.shown_products(form, form.instance)
        return {"title": _("New offer"), "back": self.campaign.get_absolute_url(), **shown}

    def save(self, form: PlanForm) -> str:
        """Add it."""
        assert isinstance(form, OfferForm)
        services.add_offer(self.actor, self.campaign, products=form.chosen(form.data), **form.values())
        return self.campaign.get_absolute_url()


class EditOffer(ProductsMixin, RemovableView):
    """Change an offer, or take it out."""

    template_name = "marketing/offer.html"

    @property
    def offer(self) -> Offer:
        """The offer of the address."""
        return get_object_or_404(Offer.objects.select_related("campaign"), pk=self.kwargs["pk"])

    def form(self, data: Any = None) -> PlanForm:
        """The offer as it is."""
        return OfferForm(data, instance=self.offer)

    def extra(self, form: PlanForm) -> dict[str, Any]:
        """Title, products, way back and way out."""
        campaign = form.instance.campaign
        return {
            "title": _("Offer of “%(name)s”") % {"name": campaign},
            "back": campaign.get_absolute_url(),
            "remove": _("Remove this offer"),
            **self.shown_products(form, form.instance),
        }

    def save(self, form: PlanForm) -> str:
        """Change it."""
        assert isinstance(form, OfferForm)
        offer = services.update_offer(self.actor, self.offer, products=form.chosen(form.data), **form.values())
        return offer.campaign.get_absolute_url()

    def remove(self) -> str:
        """Take it out of the plan."""
        offer = self.offer
        services.remove_offer(self.actor, offer)
        return offer.campaign.get_absolute_url()


class NewPlacement(ProductsMixin, CampaignView, PlanFormView):
    """Add a placement to a campaign."""

    permission = CHANGE

    def form(self, data: Any = None) -> PlanForm:
        """An empty placement."""
        return NewPlacementForm(data, campaign=self.campaign, instance=Placement(campaign=self.campaign))

    def extra(self, form: PlanForm) -> dict[str, Any]:
        """Title, products, way back."""
        shown = self.shown_products(form, Placement())
        return {"title": _("New placement"), "back": self.campaign.get_absolute_url(), **shown}

    def save(self, form: PlanForm) -> str:
        """Add it with its variants and texts."""
        assert isinstance(form, NewPlacementForm)
        services.add_placement(self.actor, self.campaign, products=form.chosen(form.data), **form.values())
        return self.campaign.get_absolute_url()


class EditPlacement(ProductsMixin, RemovableView):
    """Change a placement, or take it out."""

    @property
    def placement(self) -> Placement:
        """The placement of the address."""
        return get_object_or_404(Placement.objects.select_related("campaign"), pk=self.kwargs["pk"])

    def form(self, data: Any = None) -> PlanForm:
        """The placement as it is."""
        placement = self.placement
        return PlacementForm(data, instance=placement, campaign=placement.campaign)

    def extra(self, form: PlanForm) -> dict[str, Any]:
        """Title, products, variants, way back and way out."""
        placement = form.instance
        return {
            "title": _("Placement “%(key)s”") % {"key": placement.key},
            "back": placement.campaign.get_absolute_url(),
            "remove": _("Remove this placement"),
            "placement": placement,
            "variants": list(placement.variants.all()),
            **self.shown_products(form, placement),
        }

    def save(self, form: PlanForm) -> str:
        """Change it."""
        assert isinstance(form, PlacementForm)
        chosen = form.chosen(form.data)
        placement = services.update_placement(self.actor, self.placement, products=chosen, **form.values())
        return placement.campaign.get_absolute_url()

    def remove(self) -> str:
        """Take it out of the plan."""
        placement = self.placement
        services.remove_placement(self.actor, placement)
        return placement.campaign.get_absolute_url()


class VariantAction(ConsoleView):
    """Variants of a placement: one more, one less, another split."""

    permission = CHANGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do what the pressed button says and go back to the placement."""
        placement = get_object_or_404(Placement, pk=pk)
        try:
            if "add" in request.POST:
                services.add_variant(self.actor, placement)
            elif "remove" in request.POST:
                label = request.POST["remove"]
                services.remove_variant(self.actor, get_object_or_404(placement.variants, label=label))
            else:
                shares = {
                    label: int(text) if (text := request.POST.get(f"split-{label}", "")).isdecimal() else -1
                    for label in placement.variants.values_list("label", flat=True)
                }
                services.set_split(self.actor, placement, shares)
        except DomainError as error:
            complain(request, error)
        return redirect("console:marketing_placement", pk=pk)


class ProductSearch(ConsoleView):
    """Products to tick: those ticked already, then what a search finds."""

    permission = CHANGE
    template_name = "marketing/includes/products.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Up to ``FOUND`` products beside the chosen ones."""
        numbers = [int(text) for text in self.request.GET.getlist("products") if text.isdecimal()][:MOST_PRODUCTS]
        words = self.request.GET.get("find", "").strip()
        rows = searched(Product.objects.exclude(pk__in=numbers), words).order_by("name") if words else ()
        return {
            "chosen_products": Product.objects.filter(pk__in=numbers).order_by("name"),
            "found_products": rows[:FOUND],
            "searched": words,
        }
