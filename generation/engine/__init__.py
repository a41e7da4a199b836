"""Language models without Django: briefs in, completions out.

Importing this package is cheap: torch and transformers are imported by the writer that needs them, when it
is opened, never by the web process.
"""

from generation.engine import environment as environment  # before any module here imports torch
from generation.engine.contract import (
    Brief,
    Completion,
    Fact,
    Limit,
    Sampling,
    Usage,
    Writer,
    WriteRequest,
    WriterError,
)

__all__ = [
    "Brief",
    "Completion",
    "Fact",
    "Limit",
    "Sampling",
    "Usage",
    "WriteRequest",
    "Writer",
    "WriterError",
]
