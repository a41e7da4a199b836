"""What templates about campaigns need beside Django's own."""

from __future__ import annotations

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def percent(share: float) -> str:
    """A share as a percentage with two decimals, without the sign: 0.0123 is "1.23"."""
    return number_format(share * 100, decimal_pos=2)
