"""Loads the choice of the broker and of a cluster; both must be known before tests are collected."""

pytest_plugins = ["tests.brokers.plugin", "tests.deploy.plugin"]
