"""Floors not reached yet: how many booths are kept for them, and of which kind."""
