"""Starts MiniStack as the local cloud needs it.

1. It ends with whoever started it, even one that was killed: standard input is a pipe that the other side holds open.
2. Its ResponseURLs are signed like those of CloudFormation, where a ResponseURL is a pre-signed S3 URL. MiniStack leaves them
   unsigned, so that a search of the logs for the signature could never find one.
3. It notes each ResponseURL that it hands out, and each line that reaches CloudWatch Logs, in the two files named on the
   command line: not every request has an execution to read the URL from, and a log group is deleted with its stack.
4. Its stack events have a time of their own. It makes several resources in one millisecond, and the CDK CLI, which sorts
   events by time, prints those of the same millisecond the wrong way round.
5. Web pages cannot reach it: see guard.py.
6. Its Step Functions can check gates: see integrations.py.
"""

import base64
import hashlib
import hmac
import json
import os
import signal
import sys
import threading
from datetime import datetime, timedelta, timezone
from urllib.parse import quote

import integrations
from guard import guarded
from ministack import app
from ministack.services import cloudwatch_logs
from ministack.services.cloudformation import custom_resource, stacks

RESPONSE_URLS, LOG_LINES = sys.argv[1:3]
KEY = os.urandom(32)
TO_ESCAPE = b"\xfb\xff\xbf"  # +/+/ in base64, so that every signature has something that a URL escapes


def stop_with_parent():
    while os.read(0, 4096):
        pass
    if os.getpgid(0) == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def note(file, entry):
    with open(file, "a", encoding="utf-8") as out:
        out.write(json.dumps(entry) + "\n")


def sign(response_url):
    def signed(token):
        url = response_url(token)
        digest = hmac.new(KEY, url.encode(), hashlib.sha256).digest()
        signature = quote(base64.b64encode(TO_ESCAPE + digest), safe="")
        url = f"{url}?AWSAccessKeyId=ASIALOCALCLOUD&Expires=4102444800&Signature={signature}"
        note(RESPONSE_URLS, url)
        return url

    return signed


def copied(append):
    def append_and_copy(stream, events):
        for event in events:
            note(LOG_LINES, event["message"])
        return append(stream, events)

    return append_and_copy


class Clock:
    """Never the same millisecond twice."""

    def __init__(self):
        self.last = datetime.min.replace(tzinfo=timezone.utc)
        self.lock = threading.Lock()

    def now_iso(self):
        with self.lock:
            self.last = max(datetime.now(timezone.utc), self.last + timedelta(milliseconds=1))
            return self.last.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


threading.Thread(target=stop_with_parent, daemon=True).start()
custom_resource._response_url = sign(custom_resource._response_url)
cloudwatch_logs._append_log_events = copied(cloudwatch_logs._append_log_events)
stacks.now_iso = Clock().now_iso
integrations.install()
app.app = guarded(app.app)
sys.argv = sys.argv[:1]
app.main()
