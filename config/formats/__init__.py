"""How dates are written, where Django's own way is not ours. Languages without a folder here keep Django's."""
