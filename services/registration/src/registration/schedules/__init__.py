"""Schedules: what upsets an edition: suspension, new dates, fewer booths, cancellation."""
