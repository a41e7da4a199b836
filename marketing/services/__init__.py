"""Every write of marketing: permission, transaction, event. Console, API and commands call these and nothing else."""

from marketing.services.campaigns import (
    add_offer,
    create_campaign,
    delete_campaign,
    remove_offer,
    return_campaign,
    submit_campaign,
    update_campaign,
    update_offer,
)
from marketing.services.copy import draft_campaign, publish_campaign
from marketing.services.exporting import ExportResult, export_campaign
from marketing.services.placements import (
    add_placement,
    add_text,
    add_variant,
    correct_limit,
    remove_placement,
    remove_variant,
    restore_limit,
    set_split,
    update_placement,
)
from marketing.services.results import ResultsOutcome, import_results, promote_variant, record_results
from marketing.services.scheduling import (
    end_campaign,
    pause_campaign,
    resume_campaign,
    schedule_campaign,
    unschedule_campaign,
)

__all__ = [
    "ExportResult",
    "ResultsOutcome",
    "add_offer",
    "add_placement",
    "add_text",
    "add_variant",
    "correct_limit",
    "create_campaign",
    "delete_campaign",
    "draft_campaign",
    "end_campaign",
    "export_campaign",
    "import_results",
    "pause_campaign",
    "promote_variant",
    "publish_campaign",
    "record_results",
    "remove_offer",
    "remove_placement",
    "remove_variant",
    "restore_limit",
    "resume_campaign",
    "return_campaign",
    "schedule_campaign",
    "set_split",
    "submit_campaign",
    "unschedule_campaign",
    "update_campaign",
    "update_offer",
    "update_placement",
]
