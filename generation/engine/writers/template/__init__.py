"""The writer without a model: plain sentences from the facts, always true; the fallback of every other writer."""

from generation.engine.writers.template.writer import TemplateWriter

__all__ = ["TemplateWriter"]
