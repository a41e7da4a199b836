"""Copy in the sidebar."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from generation.services import desk
from opsportal.console import NavItem, navigation


def _unread(request: HttpRequest) -> str:
    """Unread notices as a badge."""
    count = desk.unread(request.user.pk) if request.user.pk else 0
    return str(count) if count else ""


navigation.register(NavItem("start", _("Notifications"), "notifications", "console:notices", order=20, badge=_unread))
navigation.register(
    NavItem("copy", _("Draft copy"), "edit_note", "console:draft_copy", "generation.draft_copy", order=10)
)
navigation.register(
    NavItem("copy", _("Bulk jobs"), "stacks", "console:copy_batches", "generation.view_batch", order=20)
)
navigation.register(
    NavItem("copy", _("Review queue"), "rate_review", "console:copy_review", "generation.view_draft", order=30)
)
navigation.register(
    NavItem("copy", _("Review statistics"), "monitoring", "console:copy_statistics", "generation.view_draft", order=70)
)
navigation.register(NavItem("copy", _("Publish"), "publish", "console:copy_publish", "generation.view_draft", order=40))
navigation.register(
    NavItem("copy", _("Version history"), "history", "console:copy_history", "generation.view_revision", order=50)
)
navigation.register(
    NavItem("copy", _("Deliveries"), "local_shipping", "console:copy_deliveries", "generation.view_delivery", order=60)
)
navigation.register(
    NavItem(
        "setup",
        _("Review policies"),
        "policy",
        "admin:generation_reviewpolicy_changelist",
        "generation.view_reviewpolicy",
        order=10,
    )
)
navigation.register(
    NavItem(
        "setup",
        _("Prompt templates"),
        "article",
        "admin:generation_prompttemplate_changelist",
        "generation.view_prompttemplate",
        order=20,
    )
)
navigation.register(
    NavItem(
        "setup",
        _("Writers"),
        "smart_toy",
        "admin:generation_writerprofile_changelist",
        "generation.change_writerprofile",
        order=30,
    )
)
navigation.register(
    NavItem("setup", _("Rules"), "rule", "admin:generation_rulegrade_changelist", "generation.view_rulegrade", order=40)
)
navigation.register(
    NavItem(
        "setup",
        _("Glossary"),
        "dictionary",
        "admin:generation_glossaryterm_changelist",
        "generation.view_glossaryterm",
        order=45,
    )
)
navigation.register(
    NavItem(
        "setup",
        _("Silenced alarms"),
        "notifications_off",
        "admin:generation_silence_changelist",
        "generation.view_silence",
        order=50,
    )
)
