"""The review rules that come with the portal. Loaded by convention; each module registers its own."""

from orders.rules import amounts, contents, people

__all__ = ["amounts", "contents", "people"]
