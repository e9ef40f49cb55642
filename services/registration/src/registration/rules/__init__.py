"""Rule packs: the dated rules of the programme and the pure functions over them."""
