"""What `import` does with each form that a file may have."""
