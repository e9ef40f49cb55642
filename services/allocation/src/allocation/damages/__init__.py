"""What happened to a street that is given out, and what is left of it."""
