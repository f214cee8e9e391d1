"""Words for screens and letters, made only from what may be told."""
