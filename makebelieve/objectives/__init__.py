"""Losses as plain functions of tensors; each says where its formula comes from."""
