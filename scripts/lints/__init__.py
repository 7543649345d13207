"""House rules as small lints, each named after the accident it prevents; ``scripts/lints/run`` runs them all."""
