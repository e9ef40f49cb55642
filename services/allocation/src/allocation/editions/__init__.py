"""Editions as allocation knows them: dates, booths, quotas, policy, and whether their deadlines run."""
