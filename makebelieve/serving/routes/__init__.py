"""Routes by what a learner can do. Each module has `serves(learn)` and `add(app, desk)`."""
