"""Reports as they are drafted: frozen figures, text and files."""
