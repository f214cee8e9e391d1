"""The rulebook: history in, courtesies out; pure, without a clock."""
