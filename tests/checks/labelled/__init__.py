"""A labelled set: true copy and copy made false by one change, generated from hand-written bases, always the same."""
