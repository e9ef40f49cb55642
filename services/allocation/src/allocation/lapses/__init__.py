"""Certificates that lapse: whose points fell since it was placed or lined up."""
