"""The booths of each edition, as its newest floor plan has them."""
