"""Form fields for what the models keep as JSON: a text per language, a list of words. Nobody types braces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget


class PerLanguageWidget(forms.MultiWidget):
    """One input a language, its name as the placeholder and label."""

    template_name = "console/per_language.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        inputs = {
            code.replace("-", "_"): UnfoldAdminTextInputWidget({"placeholder": name, "aria-label": name, "lang": code})
            for code, name in settings.LANGUAGES
        }
        super().__init__(inputs, attrs)

    def decompress(self, value: Any) -> list[str]:
        """The stored dict as one text a language."""
        texts = value if isinstance(value, dict) else {}
        return [texts.get(code, "") for code, _name in settings.LANGUAGES]


class PerLanguageField(forms.MultiValueField):
    """``{"zh-hans": "手环"}`` edited as one text a language; blank ones are not kept."""

    widget = PerLanguageWidget

    def __init__(self, *, max_length: int = 500, **kwargs: Any) -> None:
        fields = [forms.CharField(required=False, max_length=max_length) for _language in settings.LANGUAGES]
        super().__init__(fields, require_all_fields=False, **kwargs)

    def compress(self, data_list: Sequence[str]) -> dict[str, str]:
        """Texts by language, without the blank ones."""
        texts = list(data_list) or [""] * len(settings.LANGUAGES)
        return {code: text for (code, _name), text in zip(settings.LANGUAGES, texts, strict=True) if text}


class LinesField(forms.CharField):
    """A list edited as lines in a small box; subclasses say what a line is."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=UnfoldAdminTextareaWidget({"rows": 3}), **kwargs)


class WordListField(LinesField):
    """``["a", "b"]`` edited as one entry a line (commas separate as well)."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("One a line."))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """The stored list as lines."""
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        """Lines and comma parts as a list, in order, each once."""
        if isinstance(value, list):
            return value
        parts = str(value or "").replace("，", "\n").replace(",", "\n").splitlines()
        return list(dict.fromkeys(part.strip() for part in parts if part.strip()))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compared as lists: how the lines were separated does not matter."""
        return (initial or []) != self.to_python(data)
