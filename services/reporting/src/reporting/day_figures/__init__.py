"""Figures of the fair days: entries with corrections, and how they add up."""
