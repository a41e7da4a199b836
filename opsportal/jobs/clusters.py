"""The three clusters of django-q2 and why they are set as they are (imported by settings: no Django here)."""

from __future__ import annotations

import os

import psutil

CLUSTERS = ("generation", "bulk", "portal")
#: Memory of the machine for each worker of the generation cluster: it holds a model, and others want some as well.
_MEMORY_EACH = 2 << 30


def cores() -> int:
    """The processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def generation_workers() -> int:
    """Workers of the generation cluster: what ``GENERATION_WORKERS`` says, else one a core, as far as memory goes.

    A worker takes a core for its decoder and a fifth of one for itself; more cores a decoder bring a small model nothing
    (docs/performance.md). Raises ``ValueError`` when the variable is no whole number from 1 on.
    """
    given = os.environ.get("GENERATION_WORKERS", "").strip()
    if not given:
        return max(1, min(cores(), psutil.virtual_memory().total // _MEMORY_EACH))
    if not given.isdecimal() or int(given) < 1:
        raise ValueError(f"GENERATION_WORKERS is a whole number from 1 on, not {given!r}")
    return int(given)


def generation_threads() -> int:
    """A generation worker's share of the cores, for writers that say nothing of threads themselves."""
    return max(1, cores() // generation_workers())


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
        # One model copy a worker, and no task timeout: a drain runs for hours, its leases are the timeout.
        "generation": {"workers": generation_workers(), "timeout": None, "recycle": 1_000_000},
        "bulk": {"workers": 1, "timeout": 3600},
        "portal": {"workers": 1, "timeout": 600},
    },
}
