"""Spreadsheets of referrals: read row by row, held against a book, and written."""
