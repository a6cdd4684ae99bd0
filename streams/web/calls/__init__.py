"""The calls of the API, by what they are about, and the models of what they take and answer."""
