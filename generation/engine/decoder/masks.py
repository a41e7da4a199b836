"""What a request may say next: the interface between the decoder and a writer's own rules.

The decoder keeps one mask per sequence. Before every step it asks what is required or forbidden, then reports the token
that was taken. A mask never sees the prompt, and costs nothing for requests that have none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    import torch


@runtime_checkable
class TokenMask(Protocol):
    """The rules of one sequence, as a small state machine over the tokens written so far.

    Order of calls in each step: ``required()``, then ``forbidden()`` unless a token was required, then
    ``update(token)`` with the token taken, the last one (end of text) included. All three must be cheap: they run
    for every sequence at every step.
    """

    def update(self, token: int) -> None:
        """Take note that ``token`` was written."""
        ...

    def forbidden(self) -> Sequence[int] | torch.LongTensor:
        """Token ids that must not come next; the end-of-text token among them while something is still missing.

        Forbidding the whole vocabulary is an error of the mask: the decoder then ends the sequence with an error.
        Returning the same tensor object while nothing changed is fastest: the decoder keeps it without a copy.
        """
        ...

    def required(self) -> int | None:
        """The one token id that must come next, or ``None`` when several may."""
        ...
