"""`python -m reftrack`: the same program as the `reftrack` command."""

from reftrack.cli.door import main

if __name__ == "__main__":
    main()
