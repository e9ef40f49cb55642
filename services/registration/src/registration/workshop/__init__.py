"""Work on files that strangers made, on workbooks, and on many vendors at once, in a process beside the service."""
