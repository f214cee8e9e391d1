"""Contacts as phones and address books keep them: read, held against a book, and written."""
