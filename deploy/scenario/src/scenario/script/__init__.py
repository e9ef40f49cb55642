"""What a scenario's files say, as frozen values; nothing here reads or writes."""
