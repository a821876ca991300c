"""A day of an estate's traffic: one truth, written as a capture and as the logs of that day."""
