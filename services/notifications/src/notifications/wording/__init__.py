"""How notices write days, instants, papers and booths in each language."""
