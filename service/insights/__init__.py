"""What the shop learns, over HTTP and kept up to date while the server runs."""
