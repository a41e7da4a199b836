"""The catalogue: products, their facts, their copy, and the way in and out of a shop."""
