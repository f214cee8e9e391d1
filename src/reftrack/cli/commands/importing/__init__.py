"""The parts of `import`, a module for each form of file."""
