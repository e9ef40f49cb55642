"""What was sold, by day, by province and by zone."""
