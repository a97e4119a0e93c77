#!/usr/bin/env python3
"""Opens reports in headless Chromium as a reader would, and fails on what a reader would stumble over.

    open_report.py FOLDER REPORT.html...

Writes FOLDER/NAME-WIDTH[-dark].png. Fails on an error or warning in the console, on anything that the page asks for
from elsewhere, on a missing section or figure, and when it scrolls sideways. Speaks the DevTools protocol over pipes:
no port, no driver, nothing but Python's standard library.
"""

import base64
import fcntl
import json
import os
import pathlib
import select
import subprocess
import sys
import tempfile
import time

FLAGS = """--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync --hide-scrollbars --remote-debugging-pipe""".split()

# Width in CSS pixels and colour scheme: a desk, a tablet, a phone.
VIEWS = [(1280, "light"), (768, "light"), (360, "light"), (1280, "dark")]

SECTIONS = ["decision", "reach", "tiers", "strategies", "floor", "models", "operations", "availability", "money", "packages",
            "readiness", "evidence", "rejected", "checks", "limits"]

# How the captions of the figures begin that every report has.
FIGURES = [
    "What the recommended mix gains",
    "Where copper ends",
    "Energy of a lane",
    "Latency at the mean length",
    "Where the heat of a terabit per second arises",
    "Power at five boundaries",
    "Network power by tier",
    "Network cost over",
    "Floor plan",
    "Routed cable lengths",
]

# What stands on the page, as a reader sees it: boxes with an area.
PROBE = """(() => {
  const seen = e => { const b = e.getBoundingClientRect(); return b.width > 40 && b.height > 10; };
  const all = q => [...document.querySelectorAll(q)];
  const wide = document.documentElement.clientWidth;
  // What stands out to the right and lies in no box that scrolls by itself; such a box holds what is positioned
  // absolutely only where it is positioned too.
  const inScroller = e => { let free = getComputedStyle(e).position === 'absolute';
    for (let p = e.parentElement; p && p !== document.body; p = p.parentElement) {
      const style = getComputedStyle(p);
      if (style.position !== 'static') free = style.position === 'absolute';
      else if (free) continue;
      if (style.overflowX !== 'visible') return true;
    } return false; };
  const out = all('body *').filter(e => e.getBoundingClientRect().right > wide + 1 && !inScroller(e));
  // As far as it goes: tried, since the root's width also counts what is clipped.
  const sideways = () => { const to = left => scrollTo({ left, behavior: 'instant' });
    to(9999); const end = scrollX; to(0); return end; };
  return {
    title: document.title,
    heading: all('h1').filter(seen).map(e => e.textContent.trim()).join(' '),
    sections: all('section[id]').filter(seen).filter(e => e.textContent.length > 40).map(e => e.id),
    figures: all('figure').filter(seen).map(e => ({
      caption: (e.querySelector('figcaption')?.textContent ?? '').trim(),
      drawn: [...e.children].some(c => c.tagName !== 'FIGCAPTION' && c.textContent.trim() !== '' && seen(c)) })),
    dangling: all('a[href^="#"]').map(e => e.getAttribute('href')).filter(h => !document.getElementById(h.slice(1))),
    bad: (document.body.innerText.match(/\\b(NaN|undefined|Infinity|null)\\b/g) ?? []),
    scroll: sideways(),
    out: out.slice(0, 5).map(e => `${e.tagName.toLowerCase()}.${e.getAttribute('class') ?? ''}`),
    height: document.documentElement.scrollHeight,
  };
})()"""


class Browser:
    """One Chromium, with a DevTools connection of NUL-ended JSON on its descriptors 3 and 4."""

    def __init__(self, log):
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        (read, self.write), (self.read, write) = os.pipe(), os.pipe()
        # Above 9, so that opening 3 and 4 closes neither.
        read, write = (fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (read, write))
        command = ["chromium", *FLAGS, f"--user-data-dir={self.profile.name}", "about:blank"]
        redirect = f'exec "$@" 3<&{read} 4>&{write} {read}<&- {write}>&-'
        self.process = subprocess.Popen(
            ["bash", "-c", redirect, "bash", *command],
            pass_fds=(read, write), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )
        os.close(read)
        os.close(write)
        self.buffer, self.events, self.serial = b"", [], 0

    def receive(self, deadline):
        """The next message, or None at the deadline."""
        while b"\0" not in self.buffer:
            wait = deadline - time.monotonic()
            if wait <= 0 or not select.select([self.read], [], [], wait)[0]:
                return None
            part = os.read(self.read, 1 << 16)
            if not part:
                sys.exit("Chromium ended")
            self.buffer += part
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, session=None, timeout=60, **parameters):
        self.serial += 1
        message = {"id": self.serial, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self.write, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + timeout
        while (answer := self.receive(deadline)) is not None:
            if answer.get("id") == self.serial:
                if "error" in answer:
                    sys.exit(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)
        sys.exit(f"{method}: no answer in {timeout} s")

    def wait_for(self, method, session, timeout=60):
        deadline = time.monotonic() + timeout
        while not any(e.get("method") == method and e.get("sessionId") == session for e in self.events):
            event = self.receive(deadline)
            if event is None:
                sys.exit(f"{method} did not come in {timeout} s")
            self.events.append(event)

    def drain(self, seconds):
        """Takes in what still comes: a late error, a late request."""
        deadline = time.monotonic() + seconds
        while (event := self.receive(deadline)) is not None:
            self.events.append(event)

    def close(self):
        self.call("Browser.close")
        self.process.wait(20)
        self.profile.cleanup()


def complaints(events, address):
    """What the console and the network say against a page."""
    for event in events:
        method, p = event.get("method"), event.get("params", {})
        if method == "Runtime.consoleAPICalled" and p["type"] in ("error", "warning", "assert"):
            yield f"console {p['type']}: " + " ".join(str(a.get("value", a.get("description"))) for a in p["args"])
        elif method == "Runtime.exceptionThrown":
            details = p["exceptionDetails"]
            yield "exception: " + details.get("exception", {}).get("description", details["text"])
        elif method == "Log.entryAdded" and p["entry"]["level"] in ("error", "warning"):
            yield f"{p['entry']['source']} {p['entry']['level']}: {p['entry']['text']}"
        elif method == "Network.requestWillBeSent":
            url = p["request"]["url"]
            if url != address and not url.startswith("data:"):
                yield f"asks for {url}"
        elif method == "Network.webSocketCreated":
            yield f"asks for {p['url']}"


def look(browser, folder, report, width, scheme):
    """Problems of a report at a width; writes its picture."""
    address = report.resolve().as_uri()
    height = 800 if width > 600 else 740
    target = browser.call("Target.createTarget", url="about:blank")["targetId"]
    session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    browser.events.clear()
    for domain in ("Runtime", "Log", "Network", "Page"):
        browser.call(f"{domain}.enable", session)
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.call("Emulation.setDeviceMetricsOverride", session, **size)
    scheme_feature = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.call("Emulation.setEmulatedMedia", session, features=scheme_feature)
    browser.call("Page.navigate", session, url=address)
    browser.wait_for("Page.loadEventFired", session)
    browser.drain(0.5)
    answer = browser.call("Runtime.evaluate", session, expression=PROBE, returnByValue=True)
    if "exceptionDetails" in answer:
        sys.exit(f"the probe failed: {answer['exceptionDetails']}")
    page = answer["result"]["value"]
    clip = {"x": 0, "y": 0, "width": width, "height": min(page["height"], 16000), "scale": 1}
    shot = browser.call("Page.captureScreenshot", session, clip=clip, captureBeyondViewport=True)
    picture = folder / f"{report.stem}-{width}{'-dark' if scheme == 'dark' else ''}.png"
    picture.write_bytes(base64.b64decode(shot["data"]))

    problems = list(complaints(browser.events, address))
    problems += [f"no section `{s}`" for s in SECTIONS if s not in page["sections"]]
    captions = [f["caption"] for f in page["figures"]]
    problems += [f"no figure `{f}`" for f in FIGURES if not any(c.startswith(f) for c in captions)]
    problems += [f"the figure `{f['caption']}` is empty" for f in page["figures"] if not f["drawn"]]
    problems += [f"a link leads to {h}, which is not there" for h in page["dangling"]]
    problems += [f"the text says `{b}`" for b in sorted(set(page["bad"]))]
    if not (page["title"] and page["heading"]):
        problems.append("no title or heading")
    if page["scroll"] > 0:
        problems.append(f"scrolls sideways by {page['scroll']} px: {', '.join(page['out'])}")
    browser.call("Target.closeTarget", targetId=target)
    what = f"{len(page['sections'])} sections, {len(captions)} figures, {page['height']} px high"
    print(f"{report.name} at {width} px, {scheme}: {what} -> {picture}", flush=True)
    return [f"{report.name} at {width} px, {scheme}: {p}" for p in problems]


def main():
    folder, reports = pathlib.Path(sys.argv[1]), [pathlib.Path(a) for a in sys.argv[2:]]
    if not reports:
        sys.exit(__doc__)
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "chromium.log", "wb") as log:
        browser = Browser(log)
        try:
            problems = [p for r in reports for view in VIEWS for p in look(browser, folder, r, *view)]
            browser.close()
        finally:
            browser.process.kill()
    print(*problems, sep="\n", end="\n" if problems else "")
    sys.exit(1 if problems else 0)


main()
