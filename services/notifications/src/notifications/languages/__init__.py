"""How each language words notices: data packs."""
