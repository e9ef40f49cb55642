"""Spots: one booth, or two side by side, and which hard rules let whom stand there."""
