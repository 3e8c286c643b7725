"""Growth classes in several variables, and how they are decided."""
