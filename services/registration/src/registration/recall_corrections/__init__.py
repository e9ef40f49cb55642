"""Corrections of recalls: one that was entered by mistake is taken back, and what followed from it with it."""
