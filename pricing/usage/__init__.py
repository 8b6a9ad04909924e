"""Usage files: how much is sent, published and delivered in a month."""
