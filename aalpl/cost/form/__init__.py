"""Functions as integers: the form, its text, and what it is cut down to."""
