"""Loads the choice of the broker; it must be known before tests are collected."""

pytest_plugins = ["tests.brokers.plugin"]
