"""What a daily quick report says."""
