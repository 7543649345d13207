"""Data written for training, and the training and evaluation of the models; never imported at run time."""
