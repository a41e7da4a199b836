"""What templates about copy need beside Django's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.conf import settings

register = template.Library()


@register.filter
def at(mapping: Mapping[Any, Any], key: Any) -> Any:
    """The entry of a mapping under a key a template holds in a variable; "" for none."""
    return mapping.get(key, "")


@register.filter
def language_title(code: str) -> str:
    """A language in people's words ("en": English); the code itself where the portal is not set up for it."""
    return str(dict(settings.LANGUAGES).get(code, code))
