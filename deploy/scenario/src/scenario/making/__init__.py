"""Makes the default scenario's data from the public list of producers."""
