"""What to say: words made only from what may be told."""
