"""The embedded default: broker, database, mail sink and the four services on one machine."""
