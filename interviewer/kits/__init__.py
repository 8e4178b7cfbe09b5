"""Kits at work: building them, what their interviews came to, and bringing answers in and results out. Pure."""
