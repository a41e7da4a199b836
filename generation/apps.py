"""The generation app: what it declares to the portal."""

from django.utils.translation import gettext_lazy as _

from generation.points import draft_checks, response_sources, writers
from generation.slots import slots
from opsportal.plugins import PortalPlugin


class GenerationPlugin(PortalPlugin):
    """Drafts for anything: slots, batches, writers, checks, review and publishing."""

    name = "generation"
    label = "generation"
    verbose_name = _("Copy drafts")
    summary = _("Drafts proposed by a language model, checked, reviewed by people, published and undone.")
    version = "1.0"
    extension_points = (slots, draft_checks, writers, response_sources)
