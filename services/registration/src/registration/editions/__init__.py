"""Editions of the fair: their life, dates, papers and quotas."""
