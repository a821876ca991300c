"""Simulated cameras and other devices for demos, CI jobs and tests. Everything here is made up
of public facts; no simulated device stands for a real installation.
"""

from __future__ import annotations

from camscan.lab.lab import Lab

__all__ = ["Lab"]
