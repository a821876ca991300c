"""Fuzz tests are bounded by their own time tests and pytest-timeout, not by a busy machine."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("room", deadline=None)
settings.load_profile("room")
