"""Figures of the fair days and the reports made from every event."""
