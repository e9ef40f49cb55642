"""Reads a scenario's folder; every mistake of every file is told at once, with file, line and field."""
