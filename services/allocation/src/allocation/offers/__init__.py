"""Offers of places: made, moved, taken back, made anew; and to whom a free booth goes."""
