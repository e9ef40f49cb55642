"""The broker's topics, users and rights as declared, compared and applied."""
