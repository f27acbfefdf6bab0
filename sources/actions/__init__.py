"""Every write of this app: the ledger of fetching, and the records that it brings."""
