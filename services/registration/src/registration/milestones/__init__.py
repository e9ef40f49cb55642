"""Milestones: an edition approved, opened, published, ready, begun, ended, reported; each may happen once, in order."""
