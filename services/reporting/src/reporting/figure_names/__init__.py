"""How figures are named and said in reports."""
