"""Talks to a running system as its users do: HTTP, forms, mails, workbooks, the clock."""
