"""Composes the stages of a scan; knows no protocol."""
