"""Dossiers (hồ sơ): products, papers and wishes that a vendor hands in, revision by revision."""
