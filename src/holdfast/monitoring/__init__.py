"""After signature: reports, incidents, findings, the record, and what falls due."""
