"""Checks of the linter: one subject per file, each `check(fingerprints) -> Iterator[Problem]`."""
