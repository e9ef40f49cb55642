"""Who stood before whom in the run that gave the places, and what of it still keeps somebody from one."""
