"""Training the embedded engine's encoder. torch is needed by `network` and `fit` alone, and by nothing in a Lambda."""
