"""Invitations: agencies are asked to nominate vendors, each up to its number of booths, by a numbered letter."""
