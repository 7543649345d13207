"""What is left when the process dies in the middle of its work."""
