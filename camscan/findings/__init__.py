"""What somebody should act on: an interface and one rule per file; findings come from a run."""
