"""What others recorded: captures, logs and tables of other tools, read as evidence or flows."""
