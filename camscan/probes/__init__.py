"""What an open port says: one file per protocol; one host is asked serially, bounded and paced."""
