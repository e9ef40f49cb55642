"""Withdrawals: an application taken back for a reason of a list, told and kept in its history."""
