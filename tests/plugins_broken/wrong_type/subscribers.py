"""Registers a plain string."""

from opsportal.events import subscribers

subscribers.register("not a subscriber")
