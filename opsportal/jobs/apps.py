"""App configuration of background work."""

from django.utils.translation import gettext_lazy as _

from opsportal.events.signals import events_recorded
from opsportal.jobs.kinds import doorbells, job_kinds, schedules
from opsportal.plugins import PortalPlugin


class JobsPlugin(PortalPlugin):
    """Jobs, doorbells, schedules, workers."""

    name = "opsportal.jobs"
    label = "jobs"
    verbose_name = _("Background jobs")
    summary = _("Durable background work on django-q2")
    extension_points = (job_kinds, doorbells, schedules)

    def ready(self) -> None:
        """Every transaction that records events rings the outbox."""
        super().ready()
        from opsportal.jobs.queue import ring

        events_recorded.connect(lambda **_kwargs: ring("events.dispatch"), weak=False, dispatch_uid="jobs.outbox")
