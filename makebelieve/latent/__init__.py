"""Tools on points z, which every system that makes pictures from them shares."""
