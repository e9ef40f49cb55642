"""Answers to offers: confirmed, declined or out of time; the page behind the signed link."""
