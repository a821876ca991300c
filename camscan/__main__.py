"""`python -m camscan`."""

from camscan.cli import main

if __name__ == "__main__":
    main()
