"""Offers of places: made, answered, expired, made anew; and what follows for the booths."""
