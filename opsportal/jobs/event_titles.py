"""What happens to background jobs, in words."""

from django.utils.translation import gettext_lazy as _

from opsportal.events import EventTitle, event_titles

TITLES = {
    "job.cancel_requested": _("job asked to stop"),
}

for kind, title in TITLES.items():
    event_titles.register(EventTitle(kind, title))
