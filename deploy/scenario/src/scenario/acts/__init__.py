"""Plays the steps: one module a part of the story, one function a step."""
