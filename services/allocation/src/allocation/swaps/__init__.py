"""Two holders change booths, each by its own consent."""
