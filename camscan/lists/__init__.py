"""Procurement and export lists, and firmware advisories: dated readings of documents."""
