#!/usr/bin/env python3
"""An http tagger in a few lines: replace tag() by a call of your model.

    python3 samples/tagger/tagger.py 8099

The contract is in docs/taggers.md.
"""
import base64
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def tag(data, picture, allowed):
    """Says what is in a picture: pairs of a tag and a score from 0 to 1. `data` is the file's bytes."""
    width, height = picture["width"], picture["height"]
    shape = "square" if width == height else "landscape" if width > height else "portrait"
    tags = [(shape, 1.0), (picture["format"], 0.9), ("large file" if len(data) > 1_000_000 else "small file", 0.5)]
    return [(name, score) for name, score in tags if not allowed or name in allowed]


def answer(picture, allowed):
    try:
        data = base64.b64decode(picture["data"], validate=True)
        return {"id": picture["id"], "tags": [{"name": n, "score": s} for n, s in tag(data, picture, allowed)]}
    except Exception as error:  # one picture must not cost the others their tags
        return {"id": picture["id"], "error": str(error) or type(error).__name__, "retry": False}


class Tagger(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        pictures = [answer(picture, request.get("tags")) for picture in request["pictures"]]
        body = json.dumps({"tagger_contract": 1, "pictures": pictures}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8099), Tagger)
    print(f"listening on {server.server_port}", flush=True)
    server.serve_forever()
