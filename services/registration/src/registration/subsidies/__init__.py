"""Subsidies: support of booth costs by dated rules, never twice for the same thing."""
