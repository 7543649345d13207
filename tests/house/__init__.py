"""The house itself: its lints, documents, packaging, images, and what its doors load when they open."""
