"""`python -m reftrack`: the same program as the `reftrack` command."""

from reftrack.cli.app import main

if __name__ == "__main__":
    main()
