"""Everything that the insights say, as plain values for the dashboard and as one page that can be passed on."""
