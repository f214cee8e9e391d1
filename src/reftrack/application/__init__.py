"""The use cases: what a person can do with a book, as calls that take values and give values."""
