"""In and out: the forms in which a book leaves and enters."""
