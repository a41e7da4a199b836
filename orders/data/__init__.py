"""Data people tune: rules and their parameters, codes in files, columns, word lists."""
