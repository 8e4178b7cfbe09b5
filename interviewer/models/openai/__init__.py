"""A real model behind any OpenAI-compatible endpoint: the only place that imports ``openai``."""
