"""Appeals: a refused vendor says why, adds evidence, and is answered while the waiting list can still take it."""
