"""What models keep as JSON (a text per language, a list of words), as people read it who cannot change it."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst


class ReadText:
    """A column of the admin that shows one JSON field of a row as text."""

    do_not_call_in_templates = True

    def __init__(self, name: str, title: Any) -> None:
        self.name, self.title, self.__name__ = name, title, f"{name}_read"

    @property
    def short_description(self) -> str:
        """The column's heading, in the language of whoever looks."""
        return capfirst(str(self.title))

    def __call__(self, row: Model) -> SafeString | str:
        """The row's texts, a line each, with their language."""
        value: Any = getattr(row, self.name)
        if not value:
            return "–"
        if not isinstance(value, dict):
            return format_html_join(", ", "{}", ((word,) for word in value))
        names = dict(settings.LANGUAGES)
        lines = ((code, text, names.get(code, code)) for code, text in value.items())
        return format_html(
            "<ul>{}</ul>", format_html_join("", '<li><span lang="{}">{}</span> <small>{}</small></li>', lines)
        )


@cache
def read_text(model: type[Model], name: str) -> ReadText:
    """The one column for a field of a model."""
    return ReadText(name, getattr(model._meta.get_field(name), "verbose_name", name))
