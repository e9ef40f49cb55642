"""Floor plans, allocation runs, offers and the waiting list."""
