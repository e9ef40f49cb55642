"""Notices in Lao, Thai and Japanese, for foreign vendors and the bodies that bring them."""
