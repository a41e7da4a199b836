"""Writers by name. Names are cheap to list; a writer's module, torch with it, is imported when one is opened."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from generation.engine.apart import ApartWriter
from generation.engine.contract import Writer, WriterError

_PATHS: dict[str, str] = {
    "bundled": "generation.engine.writers.bundled.BundledWriter",
    "openai": "generation.engine.writers.openai.OpenAIWriter",
    "template": "generation.engine.writers.template.TemplateWriter",
    "transformers": "generation.engine.writers.transformers.TransformersWriter",
}


#: Writers that compute themselves, and so are worth a process of their own beside a busy one.
_COMPUTING = ("bundled", "transformers")


def writer_classes() -> dict[str, str]:
    """The known writers: name to dotted path of the class. A copy; nothing is imported."""
    return dict(_PATHS)


def register(name: str, dotted_path: str) -> None:
    """Make the class at ``dotted_path`` known as ``name``. Its constructor takes the settings mapping.

    Registering the same path twice is harmless; another path under a name that is taken raises ``WriterError``.
    """
    if _PATHS.setdefault(name, dotted_path) != dotted_path:
        raise WriterError(f"the writer name {name!r} is taken by {_PATHS[name]}; choose another name")


def open_writer(name: str, settings: Mapping[str, Any] | None = None) -> Writer:
    """The writer called ``name``, ready to write. ``settings`` are its own; unknown ones raise ``WriterError``.

    Raises ``WriterError`` with a remedy when the name is unknown, a library is missing or the writer cannot start.
    """
    path = _PATHS.get(name)
    if path is None:
        raise WriterError(f"there is no writer {name!r}; known writers: {', '.join(sorted(_PATHS))}")
    module_name, class_name = path.rsplit(".", 1)
    try:
        writer_class = getattr(import_module(module_name), class_name)
    except ImportError as error:
        missing = error.name or str(error)
        raise WriterError(
            f"the writer {name!r} needs the Python package {missing!r}, which is not installed; "
            f"install it (pip install {missing.split('.')[0]}) or choose another writer"
        ) from error
    except AttributeError as error:
        raise WriterError(f"the writer {name!r} is registered as {path}, which does not exist") from error
    return writer_class(dict(settings or {}))


def open_apart(name: str, settings: Mapping[str, Any] | None = None) -> Writer:
    """As ``open_writer``; a writer that computes itself works in a process of its own (see ``generation.engine.apart``)."""
    return ApartWriter(name, settings) if name in _COMPUTING else open_writer(name, settings)
