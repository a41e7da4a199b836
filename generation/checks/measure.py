"""How much of the room its channel gives a text takes: the sentence a person sees, from the counting the rules use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from generation.checks.base import Context
from generation.checks.counting import UNIT_NAMES, SmsCount, count, sms
from generation.engine import Limit


@dataclass(frozen=True, slots=True)
class Measure:
    """The length of a text as its channel counts it; ``sms`` and ``cost`` ("0.090 CNY", once the shop set a price) for a
    text message."""

    used: int
    unit: str
    limit: Limit | None
    sms: SmsCount | None = None
    cost: str = ""

    @property
    def over(self) -> bool:
        """Whether it is longer than the limit."""
        return self.limit is not None and self.used > self.limit.maximum

    @property
    def short(self) -> str:
        """Figures alone: "58/60"; for a text message the room of the messages it takes."""
        if self.sms is not None:
            return f"{self.sms.units}/{self.sms.room}"
        return f"{self.used}/{self.limit.maximum}" if self.limit else str(self.used)

    def text(self) -> str:
        """In a sentence, in the active language."""
        if self.sms is not None:
            return self._message()
        places = {"used": self.used, "unit": UNIT_NAMES[self.unit]}
        if self.limit is None:
            return _("%(used)d %(unit)s") % places
        return _("%(used)d of %(maximum)d %(unit)s") % (places | {"maximum": self.limit.maximum})

    def _message(self) -> str:
        assert self.sms is not None
        parts = {"used": self.sms.units, "room": self.sms.room, "parts": self.sms.parts}
        said = ngettext(
            "%(used)d of %(room)d characters in %(parts)d message",
            "%(used)d of %(room)d characters in %(parts)d messages",
            self.sms.parts,
        )
        told = [said % parts]
        if self.limit is not None and self.limit.unit == "sms_parts":
            most = ngettext("at most %(most)d message", "at most %(most)d messages", self.limit.maximum)
            told.append(most % {"most": self.limit.maximum})
        if self.cost:
            told.append(_("%(cost)s each time it is sent") % {"cost": self.cost})
        return " · ".join(told)


def measure(text: str, context: Context) -> Measure:
    """The length of ``text``, the plain text view of a value, all of it as it is sent: signature and opt-out included."""
    limit = context.limit
    unit = limit.unit if limit else "characters"
    if not is_sms(context):
        return Measure(count(text, unit), unit, limit)
    counted = sms(text)
    return Measure(
        count(text, unit), unit, limit, counted, sms_cost(counted.parts, context.settings.get("sms_parts", {}))
    )


def is_sms(context: Context) -> bool:
    """Whether the text is sent as a text message."""
    return "sms" in (context.channel, context.copy_kind) or context.slot.endswith(".sms")


def sms_cost(parts: int, settings: Mapping[str, Any]) -> str:
    """What a message of so many parts costs by the settings of the rule ``sms_parts``; "" while no price is set."""
    price = float(settings.get("price", 0))
    return f"{parts * price:.3f} {settings.get('currency', '')}".strip() if price else ""
