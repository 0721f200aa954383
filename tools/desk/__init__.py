"""The order desk: commands, proposals, receipts and what they change."""
