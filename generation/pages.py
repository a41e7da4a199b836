"""The console pages about copy."""

from generation.console import bulk, drafting, notices, publishing, reception, review
from opsportal.console import Page, pages

for page in (
    Page("copy/draft/", drafting.DraftCopyPage.as_view(), "draft_copy"),
    Page("copy/draft/estimate/", drafting.DraftCopyEstimate.as_view(), "draft_copy_estimate"),
    Page("copy/jobs/", drafting.BatchesPage.as_view(), "copy_batches"),
    Page("copy/jobs/<int:pk>/", drafting.BatchPage.as_view(), "copy_batch"),
    Page("copy/jobs/<int:pk>/progress/", drafting.BatchProgress.as_view(), "copy_batch_progress"),
    Page("copy/jobs/<int:pk>/<slug:action>/", drafting.BatchAction.as_view(), "copy_batch_action"),
    Page("copy/review/", review.ReviewPage.as_view(), "copy_review"),
    Page("copy/review/rows/", review.QueueRows.as_view(), "copy_review_rows"),
    Page("copy/review/counts/", review.Counts.as_view(), "copy_review_counts"),
    Page("copy/review/offered/", review.Offered.as_view(), "copy_review_offered"),
    Page("copy/review/views/", review.Views.as_view(), "copy_review_views"),
    Page("copy/review/bulk/", bulk.BulkState.as_view(), "copy_bulk"),
    Page("copy/review/bulk/approve/", bulk.BulkApprove.as_view(), "copy_bulk_approve"),
    Page("copy/review/bulk/reject/", bulk.BulkReject.as_view(), "copy_bulk_reject"),
    Page("copy/review/bulk/assign/", bulk.BulkAssign.as_view(), "copy_bulk_assign"),
    Page("copy/review/<int:pk>/", review.DraftOnDesk.as_view(), "copy_review_draft"),
    Page("copy/review/<int:pk>/decide/", review.Decide.as_view(), "copy_review_decide"),
    Page("copy/review/<int:pk>/check/", review.CheckText.as_view(), "copy_review_check"),
    Page("copy/review/<int:pk>/comment/", review.CommentOn.as_view(), "copy_review_comment"),
    Page("copy/statistics/", reception.StatisticsPage.as_view(), "copy_statistics"),
    Page("copy/publish/", publishing.PublishPage.as_view(), "copy_publish"),
    Page("copy/history/", publishing.HistoryPage.as_view(), "copy_history"),
    Page("copy/deliveries/", publishing.DeliveriesPage.as_view(), "copy_deliveries"),
    Page("notices/", notices.NoticesPage.as_view(), "notices"),
):
    pages.register(page)
