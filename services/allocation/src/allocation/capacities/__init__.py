"""Fewer or more booths: what becomes of holders and of the line, foreseen and then done."""
