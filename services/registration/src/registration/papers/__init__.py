"""Numbered papers (văn bản) that decisions rest on."""
