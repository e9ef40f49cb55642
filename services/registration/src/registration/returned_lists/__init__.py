"""Filled-in workbooks that come back by the link of an invitation, for agencies that have no account here."""
