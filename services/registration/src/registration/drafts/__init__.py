"""Drafts of applications: kept by their vendor before they are sent, seen by nobody else, forgotten when left alone."""
