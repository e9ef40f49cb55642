"""Dates by which returned applications are to be supplemented: as they pass, and as an edition moves."""
