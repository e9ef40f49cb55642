"""Merges: vendors that are one producer, kept under the id of one of them, and taken apart again."""
