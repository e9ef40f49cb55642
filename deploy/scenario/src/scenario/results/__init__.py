"""What a play leaves behind: events and files fetched, folded into figures, and shown as a page."""
