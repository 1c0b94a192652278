"""Keeps the web pages that the browsers of this machine show away from an ASGI app, as `loopback-server.ts` does on Node.

MiniStack asks nobody to sign in, runs the functions that it is given on this machine, and allows every origin to read its answers.
"""


def guarded(app):
    async def guard(scope, receive, send):
        if scope["type"] == "lifespan":
            await app(scope, receive, send)
        elif is_foreign(scope):
            await refuse(scope, send)
        else:
            await app(scope, receive, without_cors(send))

    return guard


def is_foreign(scope):
    names = {name for name, _ in scope["headers"]}
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    own = [f"{name}:{scope['server'][1]}".encode() for name in ("127.0.0.1", "localhost")]
    return b"origin" in names or b"sec-fetch-site" in names or not (len(hosts) == 1 and hosts[0] in own)


async def refuse(scope, send):
    if scope["type"] == "websocket":
        await send({"type": "websocket.close"})  # before it was accepted, this is a 403
    else:
        await send({"type": "http.response.start", "status": 403, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})


def without_cors(send):
    async def send_without_cors(message):
        headers = [(name, value) for name, value in message.get("headers", []) if not name.lower().startswith(b"access-control-")]
        await send({**message, "headers": headers} if "headers" in message else message)

    return send_without_cors
