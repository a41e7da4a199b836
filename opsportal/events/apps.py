"""App configuration of the event record."""

from django.utils.translation import gettext_lazy as _

from opsportal.events.subscribing import subscribers
from opsportal.events.titles import event_titles
from opsportal.plugins import PortalPlugin


class EventsPlugin(PortalPlugin):
    """The record of everything that happened."""

    name = "opsportal.events"
    label = "events"
    verbose_name = _("Events")
    summary = _("Append-only record of who did what, and its delivery to subscribers")
    extension_points = (subscribers, event_titles)
