"""Evidence merged into devices, and runs kept as journals."""
