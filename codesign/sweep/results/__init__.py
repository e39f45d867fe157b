"""What came out: figures, fronts, status, pages, tables, recipes."""
