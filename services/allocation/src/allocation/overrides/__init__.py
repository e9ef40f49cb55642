"""What the committee changes of a result by hand: with a reason, a paper, and a second person who approves."""
