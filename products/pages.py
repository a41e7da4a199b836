"""The console pages of the catalogue."""

from opsportal.console import Page, pages
from products.console import exporting, importing

for page in (
    Page("products/import/", importing.ImportPage.as_view(), "products_import"),
    Page("products/import/<int:pk>/", importing.ImportRunPage.as_view(), "products_import_run"),
    Page("products/import/<int:pk>/errors/", importing.ImportErrors.as_view(), "products_import_errors"),
    Page("products/export/", exporting.ExportPage.as_view(), "products_export"),
    Page("products/export/<int:pk>/download/", exporting.ExportDownload.as_view(), "products_export_download"),
    Page("products/export/<int:pk>/confirm/", exporting.ExportConfirm.as_view(), "products_export_confirm"),
    Page("products/needs-data/", exporting.NeedsData.as_view(), "products_needs_data"),
):
    pages.register(page)
