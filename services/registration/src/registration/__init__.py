"""Editions, agencies, nominations, vendors and applications."""
