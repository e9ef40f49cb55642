"""The command line that every service has: serve, migrate, settings, dead letters, rebuild, complete-log."""
