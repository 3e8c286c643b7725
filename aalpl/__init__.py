"""A language for algorithms with language-model steps: run them, and know their cost before paying for it."""

__version__ = "0.1.0.dev0"
