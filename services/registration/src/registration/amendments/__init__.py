"""Amendments: what was changed of an application by somebody else than its vendor, kept for good."""
