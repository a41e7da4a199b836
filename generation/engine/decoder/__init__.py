"""Continuous batching: many prompts decoded at once in fixed slots over a cache allocated once."""

from generation.engine.decoder.gpt2 import Gpt2Runner
from generation.engine.decoder.masks import TokenMask
from generation.engine.decoder.requests import DecodeRequest, DecodeResult
from generation.engine.decoder.scheduler import Decoder, DecodeStats, Runner
from generation.engine.decoder.stops import Ending

__all__ = ["DecodeRequest", "DecodeResult", "DecodeStats", "Decoder", "Ending", "Gpt2Runner", "Runner", "TokenMask"]
