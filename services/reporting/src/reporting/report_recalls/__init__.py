"""Reports as they were issued, folded back where a restored database forgot them."""
