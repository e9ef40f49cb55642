"""Nominations: the lists of vendors that provinces hand in."""
