"""Whether holders are at their booths on the day."""
