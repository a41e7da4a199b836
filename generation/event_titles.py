"""What happens to drafts and all around them, in words."""

from django.utils.translation import gettext_lazy as _

from opsportal.events import EventTitle, event_titles

TITLES = {
    "batch.started": _("bulk job started"),
    "batch.finished": _("bulk job finished"),
    "batch.published": _("bulk job published"),
    "batch.retried": _("failed drafts tried again"),
    "batch.paused": _("bulk job paused"),
    "batch.resumed": _("bulk job went on"),
    "batch.cancelled": _("bulk job cancelled"),
    "draft.acknowledged": _("issue confirmed"),
    "draft.approved": _("draft approved"),
    "draft.assigned": _("draft assigned"),
    "draft.attested": _("claim confirmed with proof"),
    "draft.candidate_chosen": _("other candidate chosen"),
    "draft.commented": _("comment written"),
    "draft.edited": _("draft edited"),
    "draft.fact_kept": _("proven claim kept as a fact"),
    "draft.publish_failed": _("publishing failed"),
    "draft.published": _("copy published"),
    "draft.refreshed": _("draft compared with the product"),
    "draft.regenerated": _("draft written again"),
    "draft.rejected": _("draft rejected"),
    "draft.reopened": _("rejection taken back"),
    "draft.returned": _("approval taken back"),
    "draft.reverted": _("publication undone"),
    "draft.signed": _("draft signed, another signature needed"),
    "draft.stale": _("product changed, draft to be rechecked"),
    "delivery.exported": _("copy exported to the shop"),
    "delivery.confirmed": _("copy live in the shop"),
    "delivery.settled": _("delivery settled by a person"),
    "delivery.sending": _("message being sent"),
    "delivery.sent": _("message sent"),
    "delivery.failed": _("delivery failed"),
    "delivery.unknown": _("unknown whether it was sent"),
    "glossary.saved": _("glossary term saved"),
    "glossary.removed": _("glossary term removed"),
    "policy.saved": _("review policy changed"),
    "rule.graded": _("rule graded otherwise"),
    "silence.made": _("false alarm silenced"),
    "silence.lifted": _("silenced alarm back on"),
    "target.erased": _("what drafts said about an object erased"),
    "template.saved": _("prompt template saved"),
    "template.moved": _("prompt template activated or archived"),
    "writer.saved": _("writer saved"),
    "writer.promoted": _("writer made the default"),
}

for kind, title in TITLES.items():
    event_titles.register(EventTitle(kind, title))
