"""Indicators: each computed from what has been folded, with its definition and source."""
