"""Console pages of campaigns: planning, board, month, results, export."""
