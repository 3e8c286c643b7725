"""Claims and comparisons, decided."""
