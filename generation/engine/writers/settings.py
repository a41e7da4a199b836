"""Settings of a writer, which people type into a form: read strictly, complained about clearly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

from generation.engine.contract import WriterError

T = TypeVar("T")

_TRUE, _FALSE = ("true", "yes", "1", "on"), ("false", "no", "0", "off", "")


def read_settings(kind: type[T], values: Mapping[str, Any], writer: str) -> T:
    """An instance of the dataclass ``kind`` from ``values``; text is turned into the type of each field's default.

    Raises ``WriterError`` naming the setting when it is unknown or not of its type.
    """
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise WriterError(
            f"the writer {writer!r} has no setting {', '.join(unknown)}; its settings are {', '.join(sorted(known))}"
        )
    return kind(**{name: _typed(value, known[name].default, f"{writer}.{name}") for name, value in values.items()})


def _typed(value: Any, default: Any, name: str) -> Any:
    if isinstance(default, bool):
        text = str(value).strip().lower()
        if text not in _TRUE + _FALSE:
            raise WriterError(f"the setting {name} is yes or no, not {value!r}")
        return text in _TRUE
    for kind in (int, float):
        if isinstance(default, kind):
            try:
                return kind(value)
            except (TypeError, ValueError) as error:
                raise WriterError(f"the setting {name} is a number, not {value!r}") from error
    return "" if value is None else str(value)
