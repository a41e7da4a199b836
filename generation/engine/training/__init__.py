"""Trains the bundled writer from the corpus: tokenizer, batches, loop, evaluation. Runs without Django."""
