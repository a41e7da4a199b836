"""What templates about copy need beside Django's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def at(mapping: Mapping[Any, Any], key: Any) -> Any:
    """The entry of a mapping under a key a template holds in a variable; "" for none."""
    return mapping.get(key, "")
