"""Up to which event of each source everything here counts."""
