"""The secrets of an installation on real servers: who reads what, how they are made and changed."""
