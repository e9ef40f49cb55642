"""Renewals: a new certificate of an accepted application, which the rules judge at once."""
