"""Dates of fields: from when one must be filled in, and from when nobody but the organiser changes it."""
