"""Scenarios: the format of the folder, its checks, and the player."""
