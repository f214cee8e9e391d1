"""Imports into a book from files: a history, cards, a spreadsheet."""
