"""The broker: connection and subscriber from settings, the rights and topics it must have, and a watch on it."""
