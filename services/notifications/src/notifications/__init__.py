"""The contact book, notices and their delivery."""
