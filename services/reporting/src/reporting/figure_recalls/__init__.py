"""Figures of the fair days as they were told, folded back where a restored database forgot them."""
