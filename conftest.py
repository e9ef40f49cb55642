"""Loads what is chosen before tests are collected (broker, cluster, veraPDF), and the look at what a session leaves."""

pytest_plugins = ["tests.brokers.plugin", "tests.deploy.plugin", "tests.conformance.plugin", "tests.leaving"]
