"""After a restore: an edition rests until it has taken in again what registration told, then all goes on from there."""
