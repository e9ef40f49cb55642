"""A result seen from its rules: who holds a place, and who could take whose."""
