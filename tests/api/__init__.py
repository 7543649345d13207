"""The HTTP door, in front of a real App that holds a handful of papers."""
