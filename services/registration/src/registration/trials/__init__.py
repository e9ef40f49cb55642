"""Trials of rule packs: the form of a pack file, its golden cases, and what a new pack would change for past applications."""
