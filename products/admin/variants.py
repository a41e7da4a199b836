"""Variants in the product form: options as lines ("Color: Black"), never as JSON."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from opsportal.console.admin_base import BaseTabularInline
from opsportal.console.form_fields import LinesField
from products.models import Variant

SEPARATOR = ":"


class OptionsField(LinesField):
    """``[{"name": "Color", "value": "Black", …}]`` edited as one "name: value" a line."""

    def prepare_value(self, value: Any) -> Any:
        """The stored options as lines."""
        if isinstance(value, list):
            return "\n".join(f"{option['name']}{SEPARATOR} {option['value']}" for option in value)
        return value

    def to_python(self, value: Any) -> list[dict[str, Any]]:  # type: ignore[override]
        """Lines as options. Raises ``ValidationError`` for a line without a name or a value."""
        options = []
        for line in str(value or "").replace("：", SEPARATOR).splitlines():
            if not line.strip():
                continue
            name, _separator, text = (part.strip() for part in line.partition(SEPARATOR))
            if not name or not text:
                raise forms.ValidationError(_("Write each option as “Color: Black”, one a line."))
            options.append({"name": name, "value": text})
        return options

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether names or values differ; translations are not edited here."""
        return self.prepare_value(initial or []) != self.prepare_value(self.to_python(data))


class VariantForm(forms.ModelForm):
    """A variant whose options keep the translations they have."""

    options = OptionsField(label=Variant._meta.get_field("options").verbose_name, required=False)

    class Meta:
        model = Variant
        fields = ("sku", "options", "price", "compare_at", "cost", "currency", "barcode")

    def clean_options(self) -> list[dict[str, Any]]:
        """Options as written, with the stored wordings in other languages where name or value stayed."""
        kept = {(option["name"], option["value"]): option for option in self.initial.get("options") or []}
        names = {option["name"]: option.get("names", {}) for option in self.initial.get("options") or []}
        options = []
        for option in self.cleaned_data["options"]:
            known = kept.get((option["name"], option["value"]))
            options.append(known or {**option, "names": names.get(option["name"], {})})
        return options


class VariantInline(BaseTabularInline):
    """Variants with prices; stock is the shop's."""

    model = Variant
    form = VariantForm
    fields = ("sku", "options", "price", "compare_at", "cost", "currency", "barcode", "stock")
    readonly_fields = ("stock",)
