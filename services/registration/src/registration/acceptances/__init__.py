"""What an acceptance tells: the products that count, the priority and the support."""
