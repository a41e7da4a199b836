"""The carriers that come with the portal: those of ``data/carriers.toml``, one by hand, and 快递100's pushes."""

from orders.carriers import by_hand, kuaidi100, listed

__all__ = ["by_hand", "kuaidi100", "listed"]
