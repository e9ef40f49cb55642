"""Who of the line was passed over, and why: told to who was, and, counted, to who came up instead."""
