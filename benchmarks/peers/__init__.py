"""Other engines to compare with that need an environment of their own (``make bench-peers`` sets it up)."""
