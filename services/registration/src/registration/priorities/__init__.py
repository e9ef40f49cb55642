"""Priorities: tiers and points, by which booths are given first."""
