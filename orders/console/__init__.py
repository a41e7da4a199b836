"""Pages where people work on orders: the review queue, an order, parcels, returns."""
