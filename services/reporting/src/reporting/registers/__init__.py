"""Registers of provinces, agencies and product groups as they stood on a day."""
