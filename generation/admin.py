"""Admin pages of generation: what a shop sets up, written through services, and records to look at."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from generation import services, writers
from generation.checks.registry import all_checks
from generation.models import (
    ArchivedDraft,
    Batch,
    Comment,
    Delivery,
    Draft,
    GlossaryTerm,
    PromptTemplate,
    ReviewPolicy,
    Revision,
    RuleGrade,
    Silence,
    WriterProfile,
)
from generation.services.silences import LIFT
from generation.slots import all_slots
from opsportal.console.admin_base import BaseAdmin, ReadOnlyAdmin
from opsportal.plugins.errors import DomainError


def _slot_choices() -> list[tuple[str, Any]]:
    return [("", _("all")), *((slot.key, slot.title) for slot in all_slots())]


class ServiceAdmin(BaseAdmin):
    """A form whose saving is a service's: permission, event and rules are the same as everywhere else."""

    def save_through_service(self, request: HttpRequest, values: dict[str, Any], obj: Model) -> Model:
        """Call the service; returns the row it wrote."""
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Model, form: forms.ModelForm, change: bool) -> None:
        """Hand the form's values to the service; the object gets the number of the row written."""
        written = self.save_through_service(request, form.cleaned_data, obj)
        obj.pk = written.pk
        obj._state.adding = False

    def log_addition(self, *args: Any) -> None:
        """Events say it."""

    def log_change(self, *args: Any) -> None:
        """Events say it."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Set-up is switched off or replaced; what referred to it stays explained."""
        return False

    def run(self, request: HttpRequest, call: Any, done: Any) -> None:
        """Do an action; tell its success or what is in the way."""
        try:
            call()
        except DomainError as error:
            self.message_user(request, error.message, messages.ERROR)
        else:
            self.message_user(request, done, messages.SUCCESS)


class SlotForm(forms.ModelForm):
    """A form whose copy type is chosen from those there are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slot" in self.fields:
            widget = self.fields["slot"].widget
            self.fields["slot"].widget = forms.Select(choices=_slot_choices(), attrs=widget.attrs)


@admin.register(ReviewPolicy)
class ReviewPolicyAdmin(ServiceAdmin):
    """What approving and publishing needs, per copy type and category."""

    form = SlotForm
    list_display = (
        "slot_shown",
        "category",
        "approvals_needed",
        "four_eyes",
        "bulk_allowed",
        "sample_percent",
        "publish",
    )

    @admin.display(description=_("copy type"))
    def slot_shown(self, policy: ReviewPolicy) -> str:
        """The copy type, or that it holds for all."""
        return policy.slot or str(_("all"))

    def save_through_service(self, request: HttpRequest, values: dict[str, Any], obj: Model) -> Model:
        """One policy a place."""
        return services.save_policy(self.actor(request), **values)


@admin.register(PromptTemplate)
class PromptTemplateAdmin(ServiceAdmin):
    """The shop's own words to writers; a used one is saved as its next version."""

    form = SlotForm
    list_display = ("name", "version", "slot", "language", "state", "used_at", "created_by")
    list_filter = ("state", "language")
    search_fields = ("name",)
    fields = ("name", "slot", "language", "text")
    actions: ClassVar[list[str]] = ["activate", "archive"]

    def save_through_service(self, request: HttpRequest, values: dict[str, Any], obj: Model) -> Model:
        """New words, or the next version."""
        return services.save_template(self.actor(request), template_id=obj.pk, **values)

    @admin.action(description=_("Offer for drafting"), permissions=["change"])
    def activate(self, request: HttpRequest, rows: QuerySet[PromptTemplate]) -> None:
        """Offer them; other versions of the same name are archived."""
        for row in rows:
            self.run(request, lambda pk=row.pk: services.activate_template(self.actor(request), pk), _("Offered."))

    @admin.action(description=_("Archive"), permissions=["change"])
    def archive(self, request: HttpRequest, rows: QuerySet[PromptTemplate]) -> None:
        """Offer them no longer."""
        for row in rows:
            self.run(request, lambda pk=row.pk: services.archive_template(self.actor(request), pk), _("Archived."))


class WriterForm(forms.ModelForm):
    """A writer's kind is one of those there are; its settings may hold a key, so they are not shown back."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind, kind) for kind in writers.kinds()]
        self.fields["kind"].widget = forms.Select(choices=kinds, attrs=self.fields["kind"].widget.attrs)


@admin.register(WriterProfile)
class WriterProfileAdmin(ServiceAdmin):
    """The writers this shop may use."""

    form = WriterForm
    list_display = ("name", "kind", "is_default", "is_active", "note")
    fields = ("name", "kind", "settings", "note")
    actions: ClassVar[list[str]] = ["promote"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """A name is for good: drafts are kept under it."""
        return ("name",) if obj else ()

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Settings may hold the key of a server: only those who may change them see them."""
        return self.has_change_permission(request, obj)

    def save_through_service(self, request: HttpRequest, values: dict[str, Any], obj: Model) -> Model:
        """New or changed settings."""
        name = getattr(obj, "name", "") or values.get("name", "")
        return services.add_writer(
            self.actor(request), name, values["kind"], values["settings"] or {}, values.get("note", "")
        )

    @admin.action(description=_("Make it the default"), permissions=["change"])
    def promote(self, request: HttpRequest, rows: QuerySet[WriterProfile]) -> None:
        """The one chosen becomes the default."""
        if rows.count() != 1:
            self.message_user(request, _("Choose exactly one writer."), messages.ERROR)
            return
        name = rows[0].name
        self.run(request, lambda: services.promote_writer(self.actor(request), name), _("This is the default now."))


class RuleForm(SlotForm):
    """A rule is one of those there are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(check.key, _(check.title)) for check in all_checks()]
        self.fields["rule"].widget = forms.Select(choices=known, attrs=self.fields["rule"].widget.attrs)


@admin.register(RuleGrade)
class RuleGradeAdmin(ServiceAdmin):
    """Rules graded otherwise than they grade themselves, or switched off."""

    form = RuleForm
    list_display = ("rule", "slot", "severity", "settings", "reason")
    list_filter = ("severity",)
    fields = ("rule", "slot", "severity", "settings", "reason")

    def save_through_service(self, request: HttpRequest, values: dict[str, Any], obj: Model) -> Model:
        """One grade a rule and copy type."""
        return services.set_rule_grade(self.actor(request), **values)


@admin.register(GlossaryTerm)
class GlossaryTermAdmin(ServiceAdmin):
    """Words the shop writes otherwise, or never."""

    list_display = ("term", "preferred", "language", "channel", "note")
    list_filter = ("language", "channel")
    search_fields = ("term", "preferred", "note")
    fields = ("term", "preferred", "language", "channel", "note")
    actions: ClassVar[list[str]] = ["remove"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """The place of an entry is for good; another place is another entry."""
        return ("term", "language", "channel") if obj else ()

    def save_through_service(self, request: HttpRequest, values: dict[str, Any], obj: Model) -> Model:
        """One entry a term and place."""
        place = {name: getattr(obj, name) for name in ("term", "language", "channel")}
        return services.save_term(self.actor(request), **(place | values))

    @admin.action(description=_("Take out of the glossary"), permissions=["change"])
    def remove(self, request: HttpRequest, rows: QuerySet[GlossaryTerm]) -> None:
        """Through the service, which asks for the right."""
        for row in list(rows):
            self.run(request, lambda pk=row.pk: services.remove_term(self.actor(request), pk), _("Taken out."))


@admin.register(Silence)
class SilenceAdmin(ReadOnlyAdmin):
    """False alarms switched off, with the reason; each can be switched on again and stays on this list."""

    list_display = (
        "rule",
        "words_shown",
        "severity",
        "slot",
        "category_shown",
        "reason",
        "created_by",
        "created_at",
        "lifted_by",
        "lifted_at",
    )
    list_select_related = ("created_by", "lifted_by")
    list_filter = (("lifted_at", admin.EmptyFieldListFilter), "severity", "rule", "slot")
    search_fields = ("words", "reason")
    actions: ClassVar[list[str]] = ["lift"]

    @admin.display(description=_("words"))
    def words_shown(self, silence: Silence) -> str:
        """The beginning of them."""
        return Truncator(silence.words).chars(80)

    @admin.display(description=_("category"))
    def category_shown(self, silence: Silence) -> str:
        """The category, or that it holds in all."""
        return str(_("all")) if silence.everywhere else silence.category

    def has_lift_permission(self, request: HttpRequest) -> bool:
        """Whether this person may switch alarms on again."""
        return self.actor(request).can(LIFT)

    @admin.action(description=_("Switch the alarm on again"), permissions=["lift"])
    def lift(self, request: HttpRequest, rows: QuerySet[Silence]) -> None:
        """Through the service, one by one; what was lifted already is told."""
        for row in list(rows):
            try:
                services.lift_silence(self.actor(request), row.pk)
            except DomainError as error:
                self.message_user(request, f"{row}: {error.message}", messages.ERROR)
            else:
                self.message_user(request, f"{row}: {_('Switched on again.')}", messages.SUCCESS)


@admin.register(Draft)
class DraftAdmin(ReadOnlyAdmin):
    """Every draft there is, for looking things up; the review queue is where one works."""

    list_display = ("target_key", "slot", "language", "channel", "state", "batch", "created_at")
    list_filter = ("state", "slot", "language")
    search_fields = ("target_key",)
    list_select_related = ("batch",)


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    """Bulk jobs as records; their pages are in the console."""

    list_display = ("id", "state", "total", "written", "failed", "requested_by", "created_at")
    list_filter = ("state",)


@admin.register(Revision)
class RevisionAdmin(ReadOnlyAdmin):
    """Publications as records."""

    list_display = ("target_key", "slot", "language", "channel", "published_by", "published_at", "reverted_at")
    list_filter = ("slot", "language")
    search_fields = ("target_key",)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """Deliveries as records."""

    list_display = ("target_key", "slot", "language", "channel", "state", "destination", "changed_at")
    list_filter = ("state", "slot")
    search_fields = ("target_key",)


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    """Comments as records."""

    list_display = ("draft", "author", "text", "created_at")
    search_fields = ("text",)


@admin.register(ArchivedDraft)
class ArchivedDraftAdmin(ReadOnlyAdmin):
    """Closed drafts after their time."""

    list_display = ("number", "target_key", "slot", "language", "state", "closed_at", "archived_at")
    list_filter = ("state", "slot")
    search_fields = ("target_key",)
