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

__all__ = [
    "add_offer",
    "add_placement",
    "add_text",
    "add_variant",
    "correct_limit",
    "create_campaign",
    "delete_campaign",
    "remove_offer",
    "remove_placement",
    "remove_variant",
    "restore_limit",
    "return_campaign",
    "set_split",
    "submit_campaign",
    "update_campaign",
    "update_offer",
    "update_placement",
]
