"""Fingerprint data and what evidence means by it: load, compile, match, combine, explain, lint.

Pure: no socket, no clock. Evidence in, `Identity` out.
"""
