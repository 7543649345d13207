"""The use cases, the settings, and the one place where concrete classes are named."""
