"""Texts of pages and forms in the languages of foreign vendors and the bodies that bring them."""
