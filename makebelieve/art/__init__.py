"""Pictures that are optimised: the learner's loop, where the picture is the player."""
