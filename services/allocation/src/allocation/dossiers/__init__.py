"""The dossier of a run: everything by which its places can be questioned, in one archive."""
