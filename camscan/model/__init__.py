"""Frozen data between the stages, from one observed fact to a whole run."""
