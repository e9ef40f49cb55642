"""Loads the choice of the broker, of a cluster, and of veraPDF; all must be known before tests are collected."""

pytest_plugins = ["tests.brokers.plugin", "tests.deploy.plugin", "tests.conformance.plugin"]
