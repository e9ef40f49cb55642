"""The waiting list: who comes next when a booth is free, and why somebody waits."""
