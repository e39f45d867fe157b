"""One reader a kind of Keras layer: what it computes, as operations on a network."""
