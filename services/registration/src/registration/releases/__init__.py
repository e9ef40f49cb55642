"""Releases: tentative decisions, the second pair of eyes, all consequences beforehand, and one release."""
