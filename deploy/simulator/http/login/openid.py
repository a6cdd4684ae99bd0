"""OpenID Connect as far as Xero's SDKs follow it: the discovery document, the keys, and the id token."""

from datetime import datetime, timedelta

from deploy.simulator.state import Request, SimulatorState, base_url, jwt
from deploy.simulator.wire import JsonObject, Reply, json_reply

KEYS_PATH = "/.well-known/openid-configuration/jwks"
_ID_LIFE = timedelta(minutes=5)


async def configuration(_: SimulatorState, request: Request) -> Reply:
    """GET /.well-known/openid-configuration: where everything is, by the address that the caller came to."""
    request.operation = "GET openid-configuration"
    base = base_url(request)
    body: JsonObject = {"issuer": base, "jwks_uri": f"{base}{KEYS_PATH}"}
    body |= {"authorization_endpoint": f"{base}/identity/connect/authorize"}
    body |= {"token_endpoint": f"{base}/connect/token", "revocation_endpoint": f"{base}/connect/revocation"}
    body |= {"response_types_supported": ["code"], "subject_types_supported": ["public"]}
    body |= {"grant_types_supported": ["authorization_code", "client_credentials", "refresh_token"]}
    body |= {"id_token_signing_alg_values_supported": ["RS256"], "code_challenge_methods_supported": ["S256"]}
    return json_reply(body | {"token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"]})


async def keys(_: SimulatorState, request: Request) -> Reply:
    """GET …/jwks: what id tokens and access tokens are signed with."""
    request.operation = "GET jwks"
    return json_reply({"keys": [jwt.public_key()]})


def id_token(issuer: str, client_id: str, access_token: str, now: datetime, nonce: str = "") -> str:
    """Who consented: the simulator's one user."""
    claims: JsonObject = {"iss": issuer, "aud": client_id, "sub": jwt.USER_ID, "xero_userid": jwt.USER_ID}
    claims |= {"iat": int(now.timestamp()), "nbf": int(now.timestamp()), "auth_time": int(now.timestamp())}
    claims |= {"exp": int((now + _ID_LIFE).timestamp()), "at_hash": jwt.half_hash(access_token)}
    claims |= {"preferred_username": "user@simulator.example", "email": "user@simulator.example"}
    claims |= {"given_name": "Sim", "family_name": "User", "name": "Sim User"}
    return jwt.signed(claims | ({"nonce": nonce} if nonce else {}))
