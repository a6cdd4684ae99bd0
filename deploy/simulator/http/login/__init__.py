"""How apps come to their tokens: OAuth 2.0, OpenID Connect and the list of connections."""
