"""Repairs of a street that is given out already: as few moves as can be, previewed, then carried out once."""
