"""An order store over a shop's own order system, by the contract in `docs/order-api.md`."""
