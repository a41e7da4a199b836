"""Writing drafts in the background: workers claim chunks of waiting drafts, write, check and commit them."""

from generation.drafting.drain import drain
from generation.drafting.here import write_here
from generation.drafting.leases import plenty, sweep

__all__ = ["drain", "plenty", "sweep", "write_here"]
