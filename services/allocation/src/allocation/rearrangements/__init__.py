"""What becomes of places when applications come and go, and when an edition moves, shrinks, grows or is over."""
