"""Revisions: what a vendor or the organiser changes of an application, with its history."""
