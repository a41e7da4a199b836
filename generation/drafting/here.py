"""Writing a batch in this process, for commands that wait for it."""

from __future__ import annotations

import time
from collections.abc import Callable

from generation.drafting.drain import drain
from generation.models import Batch
from opsportal import jobs
from opsportal.jobs.models import Job
from opsportal.plugins.errors import Conflict

#: Seconds between looks at a batch that other workers are writing.
LOOK_AGAIN = 0.5


def write_here(batch: Batch, told: Callable[[Batch], None] = lambda batch: None) -> None:
    """Spread and write ``batch`` until it is through; drafts other workers hold are waited for.

    ``told`` hears how far it is. ``batch`` is as it ended, which may be paused. Raises ``Conflict`` when it cannot be
    spread over its objects.
    """
    job = jobs.run_now(Job.objects.get(pk=batch.job_id or 0))
    if job.error:
        raise Conflict(job.error)

    def over() -> bool:
        batch.refresh_from_db()
        told(batch)
        return batch.state != Batch.State.RUNNING

    while not over():
        if not drain(over) and not over():
            time.sleep(LOOK_AGAIN)
