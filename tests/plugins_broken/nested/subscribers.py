"""Exists, but what it imports does not."""

from tests.plugins_broken.nested import part_that_was_never_written  # noqa: F401
