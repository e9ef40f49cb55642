"""Lapses: certificates looked at again before the allocation and on each fair day, and what a person has to do about it."""
