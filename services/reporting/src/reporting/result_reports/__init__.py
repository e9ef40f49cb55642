"""What a result report says."""
