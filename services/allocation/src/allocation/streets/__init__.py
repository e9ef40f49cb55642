"""The street as places are given: who holds which booth, and what is free for whom."""
