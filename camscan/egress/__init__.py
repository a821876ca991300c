"""Flows in, judged conversations out: names, places, policy, known destinations, verdicts."""
