"""Accepted applications as allocation needs them; registration owns them."""
