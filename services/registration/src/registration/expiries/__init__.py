"""Expiries: applicants warned before their certificates lapse, once for each threshold of the rules."""
