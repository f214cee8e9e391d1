"""The forms in which a book leaves and enters."""
