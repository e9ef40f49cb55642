"""Duplicates: the same producer under two names, in two provinces or come in two ways; found, shown, decided by a person."""
