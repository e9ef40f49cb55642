"""What became of each accepted application, and who holds which booth."""
