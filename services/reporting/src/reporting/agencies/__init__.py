"""An installation's own agencies beside those of the pack."""
