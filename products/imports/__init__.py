"""Reading a shop's product files: bytes to rows, rows to records, records to the catalogue.

Everything up to ``records`` is free of the database; ``storing`` writes.
"""
