"""Papers as other papers cite them."""
