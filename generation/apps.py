"""The generation app: what it declares to the portal."""

from django.utils.translation import gettext_lazy as _

from opsportal.plugins import PortalPlugin


class GenerationPlugin(PortalPlugin):
    """Drafts for anything: slots, batches, writers, checks, review and publishing."""

    name = "generation"
    label = "generation"
    verbose_name = _("Copy drafts")
    summary = _("Drafts proposed by a language model, checked, reviewed by people, published and undone.")
    version = "1.0"

    @property
    def extension_points(self):  # type: ignore[no-untyped-def]
        """Slots, rules and writers: what other plugins may add here."""
        from generation.checks.registry import draft_checks
        from generation.slots import slots
        from generation.writers import writers

        return (slots, draft_checks, writers)
