"""Registers a doorbell that the host has already."""

from opsportal.jobs import Doorbell, doorbells


@doorbells.register
class Sweep(Doorbell):
    """The second of its name."""

    key = "jobs.sweep"

    def answer(self, stop):
        """Nothing."""
