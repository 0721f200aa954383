"""What the dashboard asks of the facts: small, fast queries whose every number tells which conversations it counts."""
