"""The draw among equals: by a seed that is committed to before anybody has applied."""
