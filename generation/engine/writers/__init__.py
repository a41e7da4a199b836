"""Writers: what turns write requests into completions. Open one by name with ``open_writer``."""

from generation.engine.writers.registry import open_apart, open_writer, register, writer_classes

__all__ = ["open_apart", "open_writer", "register", "writer_classes"]
