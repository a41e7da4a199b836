"""Every write of generation: permission, transaction, event. Console, API and commands call these and nothing else."""

from generation.freshness import compare_targets
from generation.outcomes import Outcome
from generation.services.batches import (
    BatchSpec,
    Estimate,
    cancel_batch,
    estimate,
    pause_batch,
    resume_batch,
    retry_failed,
    start_batch,
)
from generation.services.corrections import rewrite_corrected
from generation.services.decisions import approve, bulk_sample, reject, reopen, return_to_review
from generation.services.deliveries import confirm_deliveries, confirm_matching, record_exported, settle_delivery
from generation.services.desk import assign, comment, notify, open_draft
from generation.services.editing import choose_candidate, edit, inspect, regenerate
from generation.services.erasure import erase
from generation.services.findings import acknowledge, attest, keep_as_fact
from generation.services.freshness import refresh
from generation.services.publishing import publish, publish_batch, revert, revert_batch
from generation.services.setup import (
    activate_template,
    add_writer,
    archive_template,
    promote_writer,
    remove_term,
    save_policy,
    save_template,
    save_term,
    set_rule_grade,
)
from generation.services.silences import lift_silence, silence

__all__ = [
    "BatchSpec",
    "Estimate",
    "Outcome",
    "acknowledge",
    "activate_template",
    "add_writer",
    "approve",
    "archive_template",
    "assign",
    "attest",
    "bulk_sample",
    "cancel_batch",
    "choose_candidate",
    "comment",
    "compare_targets",
    "confirm_deliveries",
    "confirm_matching",
    "edit",
    "erase",
    "estimate",
    "inspect",
    "keep_as_fact",
    "lift_silence",
    "notify",
    "open_draft",
    "pause_batch",
    "promote_writer",
    "publish",
    "publish_batch",
    "record_exported",
    "refresh",
    "regenerate",
    "reject",
    "remove_term",
    "reopen",
    "resume_batch",
    "retry_failed",
    "return_to_review",
    "revert",
    "revert_batch",
    "rewrite_corrected",
    "save_policy",
    "save_template",
    "save_term",
    "set_rule_grade",
    "settle_delivery",
    "silence",
    "start_batch",
]
