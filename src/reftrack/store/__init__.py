"""The database: every write in the journal, every read in the reader."""
