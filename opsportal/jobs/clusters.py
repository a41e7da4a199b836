"""The three clusters of django-q2 and why they are set as they are (imported by settings: no Django here)."""

from __future__ import annotations

import os

CLUSTERS = ("generation", "bulk", "portal")

#: A message that was taken but never acknowledged comes back after this long. Our rows say what is to be done, so a
#: second delivery is harmless and early redelivery only wasteful.
_RETRY_SECONDS = 24 * 3600

Q_CLUSTER = {
    "name": "opsportal",
    "orm": "default",
    "poll": 0.5,
    "scheduler": False,
    "catch_up": False,
    "max_attempts": 1,
    "ack_failures": True,
    "save_limit": -1,
    "recycle": 500,
    "workers": 1,
    "queue_limit": 1,
    "timeout": 3600,
    "retry": _RETRY_SECONDS,
    "log_level": os.environ.get("LOG_LEVEL", "WARNING"),
    "ALT_CLUSTERS": {
        # One worker a model copy, and no task timeout: a drain runs for hours, its leases are the timeout.
        "generation": {"workers": 1, "timeout": None, "recycle": 1_000_000},
        "bulk": {"workers": 1, "timeout": 3600},
        "portal": {"workers": 1, "timeout": 600},
    },
}
