"""Notices as they were told, folded back where a restored database forgot them."""
