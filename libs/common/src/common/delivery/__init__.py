"""Delivery of events: outbox, log and relay on one side; inbox, parking and healing on the other."""
