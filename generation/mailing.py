"""Notices that also go out by e-mail: one message each, in the person's language."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.core.mail import send_mail
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override

from generation.console.addresses import addresses
from generation.models import Notice

log = logging.getLogger(__name__)


def send_due(stop: Callable[[], bool]) -> int:
    """Send what is due until nothing is left or ``stop()`` says so; returns how many went out.

    A notice is taken before it is sent: a worker that dies in between loses one message, never sends it twice (the notice
    itself stays in the console). When the mail server refuses, it waits for the next round.
    """
    sent = 0
    due = Notice.objects.filter(mail_due=True).order_by("pk")
    while not stop() and (notice := due.select_related("user").first()):
        if not Notice.objects.filter(pk=notice.pk, mail_due=True).update(mail_due=False):
            continue
        try:
            _send(notice)
        except OSError as error:
            log.warning("e-mail could not be sent: %s", error)
            Notice.objects.filter(pk=notice.pk).update(mail_due=True)
            return sent
        sent += 1
    return sent


def _send(notice: Notice) -> None:
    person = notice.user
    if not person.email or not person.is_active:
        return
    with override(person.language or settings.LANGUAGE_CODE):
        what = capfirst(str(notice.get_kind_display()))
        subject = " · ".join(part for part in (what, notice.label) if part)
        address = f"{settings.PORTAL_URL.rstrip('/')}{addresses([notice])[notice.pk]}" if settings.PORTAL_URL else ""
        choice = _("You chose to get such news by e-mail; change it on the page “Notifications” of the portal.")
        body = "\n\n".join(part for part in (f"{what}: {notice.label}", notice.text, address, choice) if part)
    # A header holds one line; a label may be anything a shop called its product.
    send_mail(" ".join(subject.split())[:200], body, settings.DEFAULT_FROM_EMAIL, [person.email])
