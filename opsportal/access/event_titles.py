"""What happens to users and tokens, in words."""

from django.utils.translation import gettext_lazy as _

from opsportal.events import EventTitle, event_titles

TITLES = {
    "user.created": _("user created"),
    "user.changed": _("user changed"),
    "user.deleted": _("user deleted"),
    "token.created": _("API token created"),
    "token.deleted": _("API token deleted"),
}

for kind, title in TITLES.items():
    event_titles.register(EventTitle(kind, title))
