"""Orders: their life, review, stock, parcels, returns, files."""
