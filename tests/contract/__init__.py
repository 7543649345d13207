"""What every ledger and every index must do, whichever database is behind it."""
