"""Literate cases: Markdown that is prose, program and expectation at once; tests, docs and error pages are such."""
