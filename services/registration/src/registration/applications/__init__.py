"""Applications of vendors for an edition, from draft to the end."""
