"""Transition rules: the integer form without its loop tree."""
