"""Review: people's decisions, and what becomes of applications as time and dates move."""
