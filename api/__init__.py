"""The HTTP door: every route goes through the service, every error leaves as a problem document."""
