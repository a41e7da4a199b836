"""The corpus of the bundled writer: phrase data written by hand, and a seeded generator that composes copy from it."""
