"""快递100: tells by push what becomes of parcels of many carriers.

A push is a form with ``param`` (JSON) and ``sign``, the upper-case MD5 of ``param`` and the salt agreed on when the
subscription was made (快递100's documentation of the push interface). The salt is in the environment, KUAIDI100_SALT.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from orders.carrier import Carrier, Push, PushRefused, TrackedEvent, TrackedParcel, carriers, known_carrier

#: Moments in a push are China's, without saying so.
CHINA = ZoneInfo("Asia/Shanghai")
#: Events of one push at most; a parcel has some dozens.
MOST_EVENTS = 500


@carriers.register
class Kuaidi100(Carrier):
    """Not a carrier of its own: its pushes name the carrier."""

    key = "kuaidi100"
    title = _("Kuaidi100 (push)")
    pushes = True

    def read_push(self, push: Push) -> Sequence[TrackedParcel]:
        """The parcel of the push with its whole history."""
        salt = os.environ.get("KUAIDI100_SALT", "")
        param, sign = push.form.get("param", ""), push.form.get("sign", "")
        if not salt:
            raise PushRefused("no salt is set for pushes: set KUAIDI100_SALT", "not_configured")
        signed = hashlib.md5((param + salt).encode(), usedforsecurity=False).hexdigest().upper()
        if not hmac.compare_digest(signed.encode(), sign.strip().upper().encode()):
            raise PushRefused("the signature does not fit", "bad_signature")
        try:
            told = json.loads(param)["lastResult"]
            return [_parcel(told)]
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise PushRefused("the push cannot be read", "unreadable") from error

    def answer(self, taken: bool, message: str) -> dict[str, Any]:
        """As its documentation asks; anything but "200" makes it send the push again."""
        return {"result": taken, "returnCode": "200" if taken else "500", "message": message}


def _parcel(told: dict[str, Any]) -> TrackedParcel:
    from orders.models.parcels import KUAIDI100_STATES

    now = KUAIDI100_STATES.get(str(told.get("state", "")), KUAIDI100_STATES["0"])
    rows = list(told.get("data") or [])[:MOST_EVENTS]
    events = []
    for position, row in enumerate(rows):
        # The newest comes first. Rows say their own state only in the richer subscription ("statusCode": "301" is 3).
        code = str(row.get("statusCode") or "")
        own = KUAIDI100_STATES.get(code) or KUAIDI100_STATES.get(code[:-2]) if code else None
        state = own or (now if position == 0 else KUAIDI100_STATES["0"])
        moment = datetime.strptime(str(row.get("ftime") or row["time"]), "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA)
        place = str(row.get("areaName") or row.get("location") or "")
        events.append(TrackedEvent(str(state), moment, str(row.get("context", "")), place, code))
    number = str(told["nu"]).strip()
    if not number:
        raise ValueError("no tracking number")
    return TrackedParcel(number, known_carrier(str(told.get("com", ""))), events)
