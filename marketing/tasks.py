"""Background work of marketing: the clock that starts and ends campaigns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from marketing.services import scheduling
from opsportal.jobs import Doorbell, Schedule, doorbells, schedules

CLOCK = "marketing.clock"


@doorbells.register
class Clock(Doorbell):
    """Starts campaigns that are due, ends those that are over, and looks whether what they show can be bought."""

    key = CLOCK
    cluster = "portal"

    def answer(self, stop: Callable[[], bool]) -> None:
        """All of it in small steps; what is not done comes again in a minute."""
        scheduling.run_due()
        if not stop():
            scheduling.look_at_shelves()


schedules.register(Schedule(CLOCK, rings=CLOCK, every=timedelta(minutes=1)))
