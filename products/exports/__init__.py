"""Published copy back to the shop: our own tables, Shopify's copy columns, or the operator's own file."""
