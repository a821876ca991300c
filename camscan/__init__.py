"""camscan: which cameras are on this network, who made them, and whom do they talk to."""

__version__ = "0.1.0"
