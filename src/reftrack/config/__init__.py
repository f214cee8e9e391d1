"""The configuration: the keys, the places of the files, and the settings of one invocation."""
