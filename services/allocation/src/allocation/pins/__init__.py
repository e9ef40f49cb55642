"""What the committee pins and forbids before a run: who stands where, or not, and why."""
