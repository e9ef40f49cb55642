"""What a restored database forgot of its own events, folded back: who holds what, who waits, what was released."""
