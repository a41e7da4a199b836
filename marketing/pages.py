"""The console pages of campaigns."""

from marketing.console import board, campaign, exporting, limits, month, planning, results
from opsportal.console import Page, pages

for page in (
    Page("marketing/", planning.CampaignsPage.as_view(), "marketing_campaigns"),
    Page("marketing/new/", planning.NewCampaign.as_view(), "marketing_new"),
    Page("marketing/month/", month.MonthPage.as_view(), "marketing_month"),
    Page("marketing/limits/", limits.LimitsPage.as_view(), "marketing_limits"),
    Page("marketing/products/", planning.ProductSearch.as_view(), "marketing_products"),
    Page("marketing/<int:pk>/", campaign.CampaignPage.as_view(), "marketing_board"),
    Page("marketing/<int:pk>/board/", board.BoardPart.as_view(), "marketing_board_part"),
    Page("marketing/<int:pk>/readiness/", campaign.Readiness.as_view(), "marketing_readiness"),
    Page("marketing/<int:pk>/draft/", campaign.DraftCampaign.as_view(), "marketing_draft"),
    Page("marketing/<int:pk>/publish/", campaign.PublishCampaign.as_view(), "marketing_publish"),
    Page("marketing/<int:pk>/results/", results.ResultsPage.as_view(), "marketing_results"),
    Page("marketing/<int:pk>/export/", exporting.ExportPage.as_view(), "marketing_export"),
    Page("marketing/variants/<int:pk>/promote/", results.PromoteVariant.as_view(), "marketing_promote"),
    Page("marketing/results/", results.ImportResultsPage.as_view(), "marketing_import_results"),
    Page("marketing/<int:pk>/edit/", planning.EditCampaign.as_view(), "marketing_edit"),
    Page("marketing/<int:pk>/delete/", planning.RemoveCampaign.as_view(), "marketing_delete"),
    Page("marketing/<int:pk>/do/<slug:action>/", campaign.CampaignMove.as_view(), "marketing_move"),
    Page("marketing/<int:pk>/offers/", planning.NewOffer.as_view(), "marketing_offer_new"),
    Page("marketing/offers/<int:pk>/", planning.EditOffer.as_view(), "marketing_offer"),
    Page("marketing/<int:pk>/placements/", planning.NewPlacement.as_view(), "marketing_placement_new"),
    Page("marketing/placements/<int:pk>/", planning.EditPlacement.as_view(), "marketing_placement"),
    Page("marketing/placements/<int:pk>/variants/", planning.VariantAction.as_view(), "marketing_variants"),
):
    pages.register(page)
