"""Why each application of a run has its place or none, and the smallest change that would have given one."""
