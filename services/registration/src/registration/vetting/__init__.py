"""Vetting: what the dated rules say about a dossier."""
