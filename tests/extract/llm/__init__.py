"""Tests of the optional stage that asks a language model."""
