"""Allocation runs: who gets which booth, found by a solver, checked by a checker, released by the committee."""
