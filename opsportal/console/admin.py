"""Admin pages of the host's own rows: people, roles, tokens, the record, background jobs."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from opsportal.access.models import ApiToken, LoginFailure, User
from opsportal.access.scopes import known_scopes
from opsportal.access.tokens import create_token
from opsportal.console.admin_base import BaseAdmin, ReadOnlyAdmin
from opsportal.console.navigation import actor_of
from opsportal.events import event_titles, record
from opsportal.events.models import Event
from opsportal.events.titles import title_of
from opsportal.jobs import job_kinds
from opsportal.jobs.models import Job
from opsportal.jobs.queue import cancel
from opsportal.plugins import DomainError, PortalPlugin

ROLE_TITLES = {
    "viewer": _("viewer"),
    "operator": _("operator"),
    "reviewer": _("reviewer"),
    "publisher": _("publisher"),
    "admin": _("admin"),
}


def role_title(group: Group) -> str:
    """What people call a role; a group made otherwise has only its name."""
    return str(ROLE_TITLES.get(group.name, group.name))


class RoleFilter(admin.RelatedFieldListFilter):
    """People of one role, by what the role is called."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.title = _("roles")

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        """Number and title of every role."""
        return [(group.pk, role_title(group)) for group in Group.objects.order_by("pk")]


class NewUserForm(UserCreationForm):
    """A new person or service user."""

    class Meta(UserCreationForm.Meta):
        model = User


# Importing Django's user page put its group page on the site; our roles follow the plugins, nobody edits them there.
if admin.site.is_registered(Group):
    admin.site.unregister(Group)


class UserForm(UserChangeForm):
    """An existing user."""

    class Meta(UserChangeForm.Meta):
        model = User


@admin.register(User)
class UserAdmin(DjangoUserAdmin, BaseAdmin):  # type: ignore[misc]  # the stubs give Django's a narrower paginator
    """People and service users; roles are their groups."""

    form = UserForm
    add_form = NewUserForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "full_name", "email", "role_names", "is_service", "is_active", "last_login")
    list_filter = (("groups", RoleFilter), "is_service", "is_active")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password", "first_name", "last_name", "email")}),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser", "is_service", "groups")}),
        (_("Preferences"), {"fields": ("language", "time_zone")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "password1", "password2", "usable_password", "is_service", "groups")}),
    )
    readonly_fields = ("last_login", "date_joined")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """With the roles, in one further query."""
        return super().get_queryset(request).prefetch_related("groups")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """Only a superuser makes superusers."""
        fixed = tuple(super().get_readonly_fields(request, obj))
        return fixed if request.user.is_superuser else (*fixed, "is_superuser")

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Groups are shown as the roles they are."""
        field = super().formfield_for_manytomany(db_field, request, **options)
        if field and db_field.name == "groups":
            field.label = _("roles")
            field.label_from_instance = role_title  # type: ignore[method-assign, assignment]
        return field

    @admin.display(description=_("full name"))
    def full_name(self, user: User) -> str:
        """First and last name, where given."""
        return user.get_full_name()

    @admin.display(description=_("roles"))
    def role_names(self, user: User) -> str:
        """The user's groups."""
        return ", ".join(role_title(group) for group in user.groups.all())

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        """Remember the rights of before, for the record. A new person may use the console, a program may not."""
        request._rights_before = rights_of(User.objects.get(pk=obj.pk)) if change else {}  # type: ignore[attr-defined]
        if not change:
            obj.is_staff = not obj.is_service
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        """Groups are saved last; then the record says who may do what now."""
        with transaction.atomic():
            super().save_related(request, form, formsets, change)
            before, after = request._rights_before, rights_of(form.instance)  # type: ignore[attr-defined]
            if before != after:
                kind = "user.changed" if change else "user.created"
                record(kind, actor=actor_of(request), target=form.instance, before=before, after=after)

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        """Recorded; events and jobs of the user stay, with the name of the time."""
        with transaction.atomic():
            record("user.deleted", actor=actor_of(request), target=obj, before=rights_of(obj))
            obj.delete()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Several at once, each recorded."""
        for user in queryset:
            self.delete_model(request, user)


def rights_of(user: User) -> dict[str, Any]:
    """What the record keeps of a user's rights."""
    return {
        "roles": sorted(user.groups.values_list("name", flat=True)),
        "active": user.is_active,
        "console": user.is_staff,
        "superuser": user.is_superuser,
        "service": user.is_service,
    }


class TokenForm(forms.ModelForm):
    """A new token: for whom, what for, with which scopes."""

    scopes = forms.MultipleChoiceField(label=_("scopes"), choices=(), widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = ApiToken
        fields = ("user", "name", "scopes")
        labels: ClassVar[dict[str, Any]] = {"user": _("user")}  # knox names its columns in English only

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = [config.label for config in apps.get_app_configs() if isinstance(config, PortalPlugin)]
        if "scopes" in self.fields:
            field = self.fields["scopes"]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = [(scope, scope) for scope in known_scopes(labels)]


@admin.register(ApiToken)
class ApiTokenAdmin(BaseAdmin):
    """Tokens: shown once when made, a hash afterwards."""

    form = TokenForm
    list_display = ("name", "user_shown", "scope_list", "created_at", "expires_at", "last_used_at")
    search_fields = ("name", "user__username")
    list_select_related = ("user",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A token is never changed: make a new one, delete the old one."""
        return False

    @admin.display(description=_("user"), ordering="user")
    def user_shown(self, token: ApiToken) -> str:
        """Whose rights it has."""
        return str(token.user)

    @admin.display(description=_("created"), ordering="created")
    def created_at(self, token: ApiToken) -> Any:
        """When it was made."""
        return token.created

    @admin.display(description=_("expires"), ordering="expiry")
    def expires_at(self, token: ApiToken) -> Any:
        """When it stops working."""
        return token.expiry

    @admin.display(description=_("scopes"))
    def scope_list(self, token: ApiToken) -> str:
        """The scopes in one line."""
        return ", ".join(token.scopes)

    def save_model(self, request: HttpRequest, obj: ApiToken, form: forms.ModelForm, change: bool) -> None:
        """Made by the service; the secret is shown this once."""
        values = form.cleaned_data
        token, secret = create_token(actor_of(request), values["user"], values["name"], values["scopes"])
        obj.__dict__.update(token.__dict__)
        text = _("Copy the token now, it is not shown again: {}")
        messages.success(request, format_html(str(text), format_html("<code>{}</code>", secret)))

    def delete_model(self, request: HttpRequest, obj: ApiToken) -> None:
        """Recorded like every change of rights."""
        with transaction.atomic():
            record("token.deleted", actor=actor_of(request), target_type="access.apitoken", target_label=obj.name)
            obj.delete()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        """Several at once, each recorded."""
        for token in queryset:
            self.delete_model(request, token)


@admin.register(LoginFailure)
class LoginFailureAdmin(ReadOnlyAdmin):
    """Failed logins of the last days."""

    list_display = ("at", "username", "address")
    search_fields = ("username", "address")


class KindFilter(admin.SimpleListFilter):
    """Events of one kind, chosen by what it is called."""

    title = _("what")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every kind some app names, by name."""
        return sorted(((entry.kind, str(entry.title)) for entry in event_titles.all()), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        """Only that kind."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """The record: look, never touch."""

    list_display = ("created_at", "kind_title", "target_label", "actor_label", "via")
    list_filter = (KindFilter, "via", "target_type")
    search_fields = ("target_key", "=kind", "=actor_label")
    list_select_related = ()

    @admin.display(description=_("what"), ordering="kind")
    def kind_title(self, event: Event) -> str:
        """What happened, in words."""
        return title_of(event.kind)


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """Background jobs: state, progress, error; those that run can be cancelled."""

    list_display = (
        "id",
        "kind_title",
        "state",
        "progress_text",
        "requested_by",
        "created_at",
        "finished_at",
        "error_start",
    )
    list_filter = ("state", "cluster", "kind")
    list_select_related = ("requested_by",)
    actions = ("cancel_jobs",)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """A job has a page of its own, with live progress."""
        return redirect("console:job", pk=object_id)

    @admin.display(description=_("kind"), ordering="kind")
    def kind_title(self, job: Job) -> str:
        """What sort of work it is, in words; its key where the plugin that knows it is off."""
        return str(job_kinds.get(job.kind).title) if job.kind in job_kinds else job.kind

    @admin.display(description=_("error"))
    def error_start(self, job: Job) -> str:
        """The first line of the error."""
        return Truncator(job.error.partition("\n")[0]).chars(120)

    @admin.display(description=_("progress"))
    def progress_text(self, job: Job) -> str:
        """Done of total."""
        return f"{job.done:,} / {job.total:,}" if job.total else f"{job.done:,}"

    @admin.action(description=_("Cancel"))
    def cancel_jobs(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Ask the chosen jobs to stop; says which could not."""
        for job in queryset:
            try:
                cancel(actor_of(request), job)
            except DomainError as error:
                self.message_user(request, f"{job}: {error.message}", messages.WARNING)
            else:
                self.message_user(request, _("%(job)s is being cancelled.") % {"job": job})
