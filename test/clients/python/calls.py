"""One call of the real fal-client: `calls.py NAME JSON`. Prints what came of it as one line of JSON.

The environment says where the emulator is, as `slotstorm serve --print-env` prints it. Nothing of the client is changed;
what no variable moves (uploads, tokens) is set as that text says.
"""

import asyncio
import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import fal_client
import fal_client.client as client

ARGUMENTS = json.loads(sys.argv[2])
PROMPT = {"prompt": "a lighthouse"}
MODEL = "fal-ai/flux/schnell"

if "base" in ARGUMENTS:
    client.REST_URL = ARGUMENTS["base"] + "/rest"
    client.CDN_URL = ARGUMENTS["base"] + "/cdn"
if "plain" in ARGUMENTS:
    client.RUN_URL_FORMAT = ARGUMENTS["plain"] + "/run/"
    client.QUEUE_URL_FORMAT = ARGUMENTS["plain"] + "/queue/"


def name_of(status):
    return type(status).__name__


def queue():
    handle = fal_client.submit(MODEL, PROMPT)
    seen = [name_of(event) for event in handle.iter_events(with_logs=True, interval=0.05)]
    last = fal_client.status(MODEL, handle.request_id, with_logs=True)
    return {
        "seen": seen,
        "logs": len(last.logs or []),
        "inference": last.metrics["inference_time"],
        "result": handle.get(),
        "again": fal_client.result(MODEL, handle.request_id),
    }


def subscribe():
    seen = []
    result = fal_client.subscribe(MODEL, PROMPT, with_logs=True, interval=0.05, on_queue_update=lambda s: seen.append(name_of(s)))
    return {"seen": seen, "result": result}


def run():
    return fal_client.run(MODEL, {**PROMPT, "seed": 7})


def stream():
    return list(fal_client.stream("fal-ai/any-llm", PROMPT))


def cancel():
    handle = fal_client.submit("test/hour", {})
    handle.cancel()
    deadline = time.monotonic() + 10
    while name_of(handle.status()) != "Completed" and time.monotonic() < deadline:
        time.sleep(0.05)
    try:
        fal_client.cancel("test/hour", handle.request_id)
    except Exception as error:
        return failure(error)


def upload():
    url = fal_client.upload(b"hello", "text/plain", file_name="hello.txt")
    fallback = fal_client.upload(b"through storage", "text/plain", file_name="other.txt", repository="fal")
    brief = fal_client.upload(b"x", "text/plain", lifecycle=client.StorageSettings(expires_in="1h"))
    return {"url": url, "fallback": fallback, "brief": brief}


def upload_parts():
    sync = fal_client.SyncClient()
    return client.MultipartUpload.save(
        client=sync._get_cdn_client(),
        token_manager=sync._token_manager,
        file_name="film.mp4",
        data=bytes(range(256)) * 40,
        content_type="video/mp4",
        chunk_size=1000,
    )


def realtime():
    with fal_client.realtime("fal-ai/fast-lcm", max_buffering=3) as connection:
        connection.send({"prompt": "one"})
        first = connection.recv()
        connection.send({"prompt": "two"})
        second = connection.recv()
    with fal_client.realtime("fal-ai/fast-lcm", use_jwt=False) as connection:
        connection.send({"prompt": "three"})
        return [first, second, connection.recv()]


def realtime_error():
    with fal_client.realtime("fal-ai/fast-lcm") as connection:
        connection.send({"no": "prompt"})
        try:
            return connection.recv()
        except client.RealtimeError as error:
            return {"error": error.error, "reason": error.reason}


def failing():
    return fal_client.run(ARGUMENTS["model"], ARGUMENTS.get("input", PROMPT), **ARGUMENTS.get("options", {}))


def failing_subscribe():
    return fal_client.subscribe(ARGUMENTS["model"], PROMPT, interval=0.05, **ARGUMENTS.get("options", {}))


def zombie():
    """Gives up, then stays alive for a while: what its threads go on doing is counted at the server."""
    try:
        fal_client.subscribe(ARGUMENTS["model"], {}, client_timeout=1.2)
    except Exception as error:
        print(json.dumps(failure(error)), flush=True)
    time.sleep(ARGUMENTS["linger"])
    os._exit(0)


def webhook():
    from nacl.signing import VerifyKey

    received = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            received.append((dict(self.headers), body))
            # A receiver that fails once: it is told again.
            self.send_response(500 if len(received) == 1 else 200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    handle = fal_client.submit(MODEL, PROMPT, webhook_url=f"http://127.0.0.1:{server.server_port}/hook")
    deadline = time.monotonic() + 20
    while len(received) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    return {"id": handle.request_id, "told": [json.loads(body) for _, body in received], "signed": [signed(*told, VerifyKey) for told in received]}


def signed(headers, body, verify_key):
    """The check that fal's documentation shows."""
    import base64
    import hashlib

    import httpx

    lower = {name.lower(): value for name, value in headers.items()}
    words = [lower["x-fal-webhook-request-id"], lower["x-fal-webhook-user-id"], lower["x-fal-webhook-timestamp"], hashlib.sha256(body).hexdigest()]
    if abs(int(words[2]) - time.time()) > 300:
        return False
    keys = httpx.get(ARGUMENTS["base"] + "/rest/.well-known/jwks.json").json()["keys"]
    for key in keys:
        raw = base64.urlsafe_b64decode(key["x"] + "=" * (-len(key["x"]) % 4))
        try:
            verify_key(raw).verify("\n".join(words).encode(), bytes.fromhex(lower["x-fal-webhook-signature"]))
            return True
        except Exception:
            continue
    return False


async def async_all():
    seen = []
    handle = await fal_client.submit_async(MODEL, PROMPT)
    async for event in handle.iter_events(with_logs=True, interval=0.05):
        seen.append(name_of(event))
    result = await handle.get()
    subscribed = await fal_client.subscribe_async(MODEL, PROMPT, with_logs=True)
    ran = await fal_client.run_async(MODEL, PROMPT)
    parts = [part async for part in fal_client.stream_async("fal-ai/any-llm", PROMPT)]
    url = await fal_client.upload_async(b"async", "text/plain", file_name="async.txt")
    async with fal_client.realtime_async("fal-ai/fast-lcm") as connection:
        await connection.send(PROMPT)
        answer = await connection.recv()
    gone = await fal_client.submit_async("test/hour", {})
    await gone.cancel()
    return {"seen": seen, "result": result, "subscribed": subscribed, "ran": ran, "parts": len(parts), "url": url, "answer": answer}


async def async_failing():
    return await fal_client.run_async(ARGUMENTS["model"], PROMPT)


async def async_client_timeout():
    return await fal_client.subscribe_async("test/hour", {}, client_timeout=1.2)


def failure(error):
    return {
        "raised": type(error).__name__,
        "status": getattr(error, "status_code", None) or getattr(getattr(error, "response", None), "status_code", None),
        "error_type": getattr(error, "error_type", None),
        "message": str(error)[:200],
    }


def main():
    case = globals()[sys.argv[1]]
    try:
        outcome = asyncio.run(case()) if asyncio.iscoroutinefunction(case) else case()
    except Exception as error:
        outcome = failure(error)
    print(json.dumps(outcome), flush=True)
    # Threads of the client may still be at work; nobody waits for them.
    os._exit(0)


main()
