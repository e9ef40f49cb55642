"""All that one edition's figures are made of."""
