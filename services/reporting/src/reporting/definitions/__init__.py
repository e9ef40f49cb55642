"""What each figure of a report means, and up to where it counts."""
