"""A run written for somebody: one file per format."""
