"""Console pages of the catalogue besides its admin: import, export, the "needs data" list."""
