"""Runs of an edition side by side, for the committee that chooses."""
