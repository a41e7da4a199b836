"""Reading orders from files: rows to records (no database here), and what became of every row."""
