"""Shared blocks of networks: plain modules that any system may use."""
