"""Vendors (chủ thể), their products and how to reach them."""
