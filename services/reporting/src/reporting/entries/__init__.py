"""Entries of day figures as they come in."""
