"""Contracts and delivery plumbing shared by the services of OCOP Showcase."""
