"""Writers by name."""

from __future__ import annotations

import pytest

from generation.engine import WriterError
from generation.engine.writers import open_writer, register, writer_classes


def test_built_in_names() -> None:
    assert {"bundled", "openai", "template", "transformers"} <= set(writer_classes())


def test_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(WriterError, match="known writers: bundled"):
        open_writer("gpt-9")


class Echo:
    """A writer of a plugin."""

    def __init__(self, settings: dict[str, str]) -> None:
        self.settings = settings


def test_a_plugin_adds_a_writer_once() -> None:
    register("echo", "tests.engine.test_registry.Echo")
    register("echo", "tests.engine.test_registry.Echo")
    assert open_writer("echo", {"a": "b"}).settings == {"a": "b"}
    with pytest.raises(WriterError, match="is taken"):
        register("echo", "somewhere.Else")


def test_missing_package_is_named() -> None:
    register("absent", "package_that_is_not_there.writer.Writer")
    with pytest.raises(WriterError, match=r"pip install package_that_is_not_there"):
        open_writer("absent")


def test_path_that_names_nothing() -> None:
    register("hollow", "tests.engine.test_registry.Nothing")
    with pytest.raises(WriterError, match="does not exist"):
        open_writer("hollow")
