"""The front of the language: program text to tree and back."""
