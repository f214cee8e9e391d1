"""The proofs that nothing is lost and nobody let in: `make torture` runs them at length."""
