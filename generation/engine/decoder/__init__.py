"""Continuous batching: many prompts decoded at once in fixed slots over a cache allocated once."""

from generation.engine.decoder.masks import TokenMask
from generation.engine.decoder.requests import DecodeRequest, DecodeResult

__all__ = ["DecodeRequest", "DecodeResult", "TokenMask"]
