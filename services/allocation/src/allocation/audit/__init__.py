"""The check of an allocation that anybody can repeat."""
