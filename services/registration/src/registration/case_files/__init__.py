"""All that the rules look at besides an application itself."""
