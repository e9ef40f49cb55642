"""Editions as the events tell them: calendars, papers, target and plan."""
