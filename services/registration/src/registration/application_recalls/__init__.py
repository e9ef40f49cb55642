"""Applications as they were told, folded back or withdrawn where a restored database forgot them."""
