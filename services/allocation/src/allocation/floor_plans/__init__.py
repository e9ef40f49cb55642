"""Floor plans: versions, their checks, and the street drawn."""
