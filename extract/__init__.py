"""From passages to statements, and from statements to records: what is stated, by whom, and how norms relate."""
