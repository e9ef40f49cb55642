"""Room for drafts: how many of them strangers may make and keep."""
