"""Checked programs: nodes, types and symbolic sizes."""
