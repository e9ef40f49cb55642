"""How Vietnamese papers say figures, money and dates."""
