"""Annexes (Phụ lục) of a result report: vendors, sales, products, and what each figure means."""
