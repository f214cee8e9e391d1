"""The command line: reads what is typed, and prints the answer."""
