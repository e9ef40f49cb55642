"""Work on files that strangers made, and on many vendors at once, in a process beside the service."""
