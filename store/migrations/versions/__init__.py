"""One file a step, each named after its number; a step that was released never changes."""
