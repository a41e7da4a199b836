"""Orders: order review, fulfilment, parcels and returns, mirrored from the shop and decided here."""
