"""Quotas (chỉ tiêu): bounds on the booths of groups, which must fit together."""
