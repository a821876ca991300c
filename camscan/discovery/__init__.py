"""How a device is found: one file per method, each emitting sightings while it runs."""
