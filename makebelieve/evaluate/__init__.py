"""Figures that say how good results are, computed so that they can be cited."""
