"""Intake (tiếp nhận): dossiers come in as drafts, all of a list or none, each vendor once an edition."""
