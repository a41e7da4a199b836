"""The page of stores in the console."""

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from opsportal.console.admin_base import BaseAdmin

from .models import Store
from .services import save_store


@admin.register(Store)
class StoreAdmin(BaseAdmin):
    """Stores; the story is shown and never edited here."""

    list_display = ("name", "city", "opening_hours", "parking")
    list_filter = ("city", "parking")
    search_fields = ("name", "key")
    readonly_fields = ("story",)

    def save_model(self, request: HttpRequest, obj: Store, form: forms.ModelForm, change: bool) -> None:
        """Through the service, like every other write."""
        save_store(self.actor(request), obj, **form.cleaned_data)
