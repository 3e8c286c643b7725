"""From checked functions to the integer form."""
