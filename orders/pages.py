"""The console pages of orders."""

from opsportal.console import Page, pages
from orders.console import order, parcels, returns, review

for page in (
    Page("orders/review/", review.ReviewPage.as_view(), "orders_review"),
    Page("orders/review/rows/", review.QueueRows.as_view(), "orders_review_rows"),
    Page("orders/review/<int:pk>/", review.OrderOnDesk.as_view(), "orders_review_order"),
    Page("orders/review/<int:pk>/decide/", review.Decide.as_view(), "orders_review_decide"),
    Page("orders/review/bulk/", review.BulkState.as_view(), "orders_bulk"),
    Page("orders/review/bulk/release/", review.BulkRelease.as_view(), "orders_bulk_release"),
    Page("orders/<int:pk>/", order.OrderPage.as_view(), "orders_order"),
    Page("orders/parcels/", parcels.ParcelsPage.as_view(), "orders_parcels"),
    Page("orders/parcels/import/", parcels.TrackingFilePage.as_view(), "orders_tracking_file"),
    Page("orders/returns/", returns.ReturnsPage.as_view(), "orders_returns"),
    Page("orders/returns/<int:pk>/", returns.ReturnPage.as_view(), "orders_return"),
):
    pages.register(page)
