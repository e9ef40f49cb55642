"""Contacts and erasures as they were told, taken over where a restored database forgot them."""
