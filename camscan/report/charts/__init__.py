"""Pictures of a run as inline SVG without script, style element or anything from outside."""
