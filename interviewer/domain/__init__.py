"""The nouns of the product: plain values that import nothing else of ours."""
