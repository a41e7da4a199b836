"""What a channel asks for beside a length."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar

from django.utils.translation import gettext_noop as _

from generation.checks.base import Check, Context, Finding
from generation.checks.counting import sms
from generation.checks.measure import is_sms, sms_cost
from generation.checks.registry import register

_SIGNED = re.compile(r"【[^】\n]{2,12}】")
_UNSUBSCRIBE = re.compile(r"(?:拒收请?回复?|退订(?:请)?回复?)\s?[A-Za-z]{1,2}\s*$")
_LINK = re.compile(r"https?://\S+|(?<![\w.])www\.\S+")


@register
class SmsForm(Check):
    """See ``explanation``."""

    key = "sms_form"
    severity = "error"
    options: ClassVar = {"marketing": True}
    title = _("Signature or opt-out missing in an SMS")
    explanation = _(
        "A Chinese marketing SMS begins with the sender in 【】 and ends with how to refuse further ones (拒收请回复R). "
        "Setting marketing: whether the message advertises."
    )

    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """What is missing."""
        if not is_sms(context) or not context.language.startswith("zh"):
            return
        if not self.option(context, "marketing"):
            return
        if not _SIGNED.match(text):
            yield self.finding(_("the message must begin with the sender's name in 【】"), 0, 0)
        if not _UNSUBSCRIBE.search(text):
            yield self.finding(_("the message must end with 拒收请回复R"), len(text), len(text), fix=" 拒收请回复R")


@register
class SmsParts(Check):
    """See ``explanation``."""

    key = "sms_parts"
    severity = "warning"
    options: ClassVar = {"parts": 2, "price": 0, "currency": ""}
    title = _("SMS billed as several messages")
    explanation = _(
        "A long SMS is billed in parts; more parts than the shop allows ask for confirmation. Settings: parts, how many are "
        "usual here; price of one part and its currency, to show what a message costs."
    )

    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """One finding when the message takes more parts than usual."""
        if not is_sms(context):
            return
        cost = sms(text)
        if cost.parts <= int(self.option(context, "parts")):
            return
        params: dict[str, object] = {"units": cost.units, "parts": cost.parts}
        message = _("%(units)d units, billed as %(parts)d messages")
        if price := sms_cost(cost.parts, context.settings.get(self.key, {})):
            params["cost"] = price
            message = _("%(units)d units, billed as %(parts)d messages: %(cost)s each time it is sent")
        yield self.finding(message, 0, len(text), params=params)


@register
class ForeignLink(Check):
    """See ``explanation``."""

    key = "foreign_link"
    severity = "error"
    options: ClassVar = {"allowed": []}
    title = _("Link that nobody gave")
    explanation = _(
        "A web address in copy must stand in the product data or belong to an allowed host. Setting allowed: those hosts."
    )

    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """Every other address."""
        matches = list(_LINK.finditer(text))
        if not matches:
            return
        known = " ".join(fact.value for fact in context.facts)
        allowed = tuple(self.option(context, "allowed"))
        for match in matches:
            address = match.group().rstrip(".,;)。，")
            if address not in known and not any(host in address for host in allowed):
                yield self.finding(
                    _("unknown link: %(said)s"), match.start(), match.start() + len(address), params={"said": address}
                )
