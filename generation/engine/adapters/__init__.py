"""Briefs as prompts of general language models, and their answers as copy text."""

from generation.engine.adapters.parse import copy_text
from generation.engine.adapters.prompts import PROMPT_VERSION, chat_messages, completion_prompt, shape

__all__ = ["PROMPT_VERSION", "chat_messages", "completion_prompt", "copy_text", "shape"]
