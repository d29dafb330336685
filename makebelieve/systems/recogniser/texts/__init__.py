"""Texts in the classifier: n-grams and convolutions over them, or an encoder that a language model has learnt."""
