"""The exchange: volunteer hours become points that a budget backs, and shops redeem them."""
