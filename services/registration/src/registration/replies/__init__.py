"""The page of one application behind its mailed link: the vendor sees where it stands, supplements it, and appeals."""
