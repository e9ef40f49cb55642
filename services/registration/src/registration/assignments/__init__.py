"""Assignments: who reviews which application, in turn, and who may not because of an interest in it."""
