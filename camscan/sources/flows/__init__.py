"""Captures and logs of traffic read as flows: one reader a file, all writing into ledgers."""
