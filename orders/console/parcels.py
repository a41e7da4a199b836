"""Parcels somebody has to look at, late orders, and files of tracking events."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opsportal.console.admin_base import CappedPaginator
from opsportal.console.desk import whole_number
from opsportal.console.views import ConsoleView
from opsportal.plugins.errors import DomainError, Invalid
from orders import services
from orders.carrier import carrier_title, tracking_url
from orders.models import Shipment, TrackingEvent
from orders.services.tracking_files import import_tracking
from orders.services.watching import late_orders
from products.uploads import keep, path_of

PAGE = 30
MOST_LATE = 20


class ParcelsPage(ConsoleView):
    """What is stuck, went wrong or comes back, longest first; below it, orders that should have gone out."""

    title = gettext_lazy("Parcels to look at")
    permission = "orders.view_shipment"
    template_name = "orders/parcels.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One kind of trouble, or all."""
        kind = self.request.GET.get("attention", "")
        rows = Shipment.objects.exclude(attention="").select_related("order")
        if kind in Shipment.Attention.values and kind:
            rows = rows.filter(attention=kind)
        pages: Paginator[Shipment] = CappedPaginator(rows.order_by("attention_since", "id"), PAGE)
        page = pages.get_page(self.request.GET.get("page"))
        ids = [row.pk for row in page]
        latest = {event.shipment_id: event for event in TrackingEvent.objects.filter(shipment__in=ids)}
        parcels = [
            {
                "row": row,
                "carrier": carrier_title(row.carrier),
                "url": tracking_url(row.carrier, row.tracking_number),
                "last": latest.get(row.pk),
            }
            for row in page
        ]
        late = list(late_orders().order_by("placed_at")[: MOST_LATE + 1])
        return super().get_context_data(
            kinds=[(value, label) for value, label in Shipment.Attention.choices if value],
            kind=kind,
            page=page,
            parcels=parcels,
            late=late[:MOST_LATE],
            more_late=len(late) > MOST_LATE,
            may_ship=self.actor.can("orders.ship_order"),
            **kwargs,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Settle one parcel."""
        shipment = Shipment.objects.filter(pk=whole_number(request.POST.get("shipment"))).first()
        try:
            if shipment is None:
                raise Invalid(_("There is no such parcel."), "gone")
            services.settle_attention(self.actor, shipment, request.POST.get("note", ""))
            messages.success(request, _("Noted; the parcel is off the list."))
        except DomainError as error:
            messages.error(request, error.message)
        return redirect(request.get_full_path())


class TrackingFilePage(ConsoleView):
    """Upload a file of tracking events; what became of its rows is shown at once."""

    title = gettext_lazy("Import tracking events")
    permission = "orders.ship_order"
    template_name = "orders/tracking_file.html"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Read it, delete it, report."""
        upload = request.FILES.get("file")
        if upload is None:
            messages.error(request, _("Choose a file first."))
            return self.get(request)
        try:
            path = path_of(keep(upload, "tracking-imports"))
            try:
                result = import_tracking(self.actor, path)
            finally:
                path.unlink(missing_ok=True)
        except DomainError as error:
            messages.error(request, error.message)
            return self.get(request)
        return self.render_to_response(self.get_context_data(result=result.to_json(), file_name=upload.name))
