"""Agencies that take part, and the registers of provinces."""
