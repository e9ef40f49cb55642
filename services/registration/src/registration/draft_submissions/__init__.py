"""Drafts sent: one becomes an application, or a change of the one that is there."""
