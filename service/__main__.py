"""`python -m service` is `kefu`."""

from service.cli import main

main()
