"""Applications, places, check-ins and notices, folded from the events."""
