"""A headless Chromium, told by its debugging pipe what a person does with mouse and keys."""
import base64
import fcntl
import json
import os
import select
import time

import mail

WAIT = 3 * mail.WAIT  # a page, on a machine that has much else to do
# Root has no sandbox for it; there is no graphics card here, and nothing to ask of other machines.
OPTIONS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run", "--no-pings", "--no-proxy-server",
           "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
           "--disable-default-apps", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--lang=en-US",
           "--window-size=1280,720", "--remote-debugging-pipe"]
# In all frames: what a selector finds there that is seen and has a text in it. A page is settled
# when it is loaded, asks for nothing and says of itself that it is not busy.
HELP = """
const frames = () => {
	const all = [{d: document, x: 0, y: 0}];
	for (const {d, x, y} of all)
		for (const f of d.querySelectorAll('iframe')) {
			const r = f.getBoundingClientRect();
			if (f.contentDocument && r.width)
				all.push({d: f.contentDocument, x: x + r.left + f.clientLeft, y: y + r.top + f.clientTop});
		}
	return all;
};
const settled = () => frames().every(({d}) => d.readyState == 'complete' && !d.defaultView?.jQuery?.active &&
	!d.defaultView?.rcmail?.busy);
const words = e => (e.matches('input, textarea') ? e.value : e.innerText).replace(/\\s+/g, ' ').trim();
const find = (css, text) => frames().flatMap(({d, x, y}) => [...d.querySelectorAll(css)]
	.filter(e => e.checkVisibility({visibilityProperty: true}) && e.getBoundingClientRect().width && words(e).includes(text))
	.map(e => ({d, x, y, e})));
const point = ({d, x, y, e}) => {
	e.scrollIntoView({block: 'nearest'});
	const r = e.getBoundingClientRect(), left = r.left + r.width / 2, top = r.top + r.height / 2;
	const hit = d.elementFromPoint(left, top);
	return hit && (e.contains(hit) || hit.contains(e)) ? [x + left, y + top] : null;
};
"""
KEYS = {"Enter": (13, "\r"), "Delete": (46, "")}
CONTROL = 2  # held down while clicking


class Browser:
    def __init__(self, folder):
        self.complaints, self.number, self.left = [], 0, b""
        commands, self.out = os.pipe()
        self.into, answers = os.pipe()
        self.folder, self.downloads = folder, f"{folder}/downloads"
        high = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 10) for fd in (commands, answers)]
        with open(f"{folder}/chromium.log", "ab") as log:
            self.pid = os.posix_spawnp(
                "chromium-headless-shell",
                ["chromium-headless-shell", *OPTIONS, f"--user-data-dir={folder}/profile", "about:blank"], os.environ,
                file_actions=[(os.POSIX_SPAWN_DUP2, high[0], 3), (os.POSIX_SPAWN_DUP2, high[1], 4),
                              (os.POSIX_SPAWN_DUP2, log.fileno(), 1), (os.POSIX_SPAWN_DUP2, log.fileno(), 2)])
        for fd in (commands, answers, *high):
            os.close(fd)
        self.session = None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "DOM"):
            self.ask(f"{domain}.enable")
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])
        self.ask("Browser.setDownloadBehavior", behavior="allow", downloadPath=self.downloads)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """It ends when nobody is at its pipe."""
        os.close(self.out)
        os.close(self.into)
        os.waitpid(self.pid, 0)

    def send(self, method, parameters):
        self.number += 1
        words = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            words["sessionId"] = self.session
        os.write(self.out, json.dumps(words).encode() + b"\0")
        return self.number

    def next(self, end):
        while b"\0" not in self.left:
            if not select.select([self.into], [], [], max(0, end - time.monotonic()))[0]:
                raise mail.Failure("the browser does not answer")
            piece = os.read(self.into, 1 << 20)
            if not piece:
                raise mail.Failure("the browser has ended")
            self.left += piece
        line, _, self.left = self.left.partition(b"\0")
        return json.loads(line)

    def ask(self, method, **parameters):
        number, end = self.send(method, parameters), time.monotonic() + WAIT
        while True:
            said = self.next(end)
            if said.get("id") == number:
                if "error" in said:
                    raise mail.Failure(f"{method}: {said['error']}")
                return said["result"]
            self.hear(said.get("method"), said.get("params"))

    def hear(self, event, p):
        if event == "Page.javascriptDialogOpening":
            self.send("Page.handleJavaScriptDialog", {"accept": True})
        elif event == "Page.fileChooserOpened":
            self.chooser = p["backendNodeId"]
        elif event == "Runtime.exceptionThrown":
            self.complaints.append(p["exceptionDetails"].get("exception", {}).get("description", p["exceptionDetails"]["text"]))
        elif event == "Log.entryAdded" and p["entry"]["level"] == "error":
            self.complaints.append(f"{p['entry']['text']} {p['entry'].get('url')}")

    def run(self, script):
        """The value of a script; None when the page went meanwhile."""
        try:
            said = self.ask("Runtime.evaluate", expression=f"(() => {{{HELP}{script}}})()", returnByValue=True)
        except mail.Failure as e:
            if "context" in str(e) or "navigated" in str(e):
                return None
            raise
        if "exceptionDetails" in said:
            raise mail.Failure(f"{script[:80]}: {said['exceptionDetails'].get('exception', {}).get('description')}")
        return said["result"].get("value")

    def open(self, url):
        self.ask("Page.navigate", url=url)

    def wait(self, what, condition):
        """Waits for what takes as long as a page takes; a picture of the page is left when it does not come."""
        try:
            return mail.wait_for(what, condition, WAIT)
        except mail.Failure:
            with open(f"{self.folder}/page-{self.number}.png", "wb") as f:
                f.write(base64.b64decode(self.ask("Page.captureScreenshot")["data"]))
            raise

    def until(self, what, condition):
        """Waits until an expression is true of a page that is settled."""
        return self.wait(what, lambda: self.run(f"return settled() && ({condition})"))

    def texts(self, css, text=""):
        """The texts of what is seen, None while the page is busy."""
        return self.run(f"return settled() ? find({json.dumps(css)}, {json.dumps(text)}).map(f => words(f.e)) : null")

    def see(self, css, text=""):
        """Waits until it is seen."""
        return self.wait(f"not seen: {css} {text}", lambda: self.texts(css, text))

    def gone(self, css, text=""):
        self.wait(f"still seen: {css} {text}", lambda: self.texts(css, text) == [])

    def expect(self, css, wanted):
        """Waits until these are the texts that are seen."""
        got = []
        try:
            self.wait(css, lambda: got.append(self.texts(css)) or got[-1] == wanted)
        except mail.Failure:
            mail.expect(css, wanted, got[-1])

    def place(self, css, text):
        """Where a thing is that can be clicked, once it has stopped moving."""
        script = f"""const text = {json.dumps(text)}, all = find({json.dumps(css)}, text);
            const f = all.find(f => words(f.e) == text) ?? all[0];
            return settled() && f ? point(f) : null"""
        before = []

        def stands():
            before.append(self.run(script))
            return len(before) > 1 and before[-1] == before[-2] and before[-1]
        return self.wait(f"nothing to click: {css} {text}", stands)

    def click(self, css, text="", times=1, modifiers=0):
        x, y = self.place(css, text)
        self.mouse("mouseMoved", x, y)
        for count in range(1, times + 1):
            for kind in ("mousePressed", "mouseReleased"):
                self.mouse(kind, x, y, button="left", clickCount=count, modifiers=modifiers)

    def mouse(self, kind, x, y, **more):
        self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def press(self, key):
        code, text = KEYS[key]
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code,
                     text=text if kind == "keyDown" else "")

    def fill(self, css, text):
        """Puts a text in the place of what stands in a field."""
        self.click(css)
        self.run(f"find({json.dumps(css)}, '')[0].e.select()")
        self.ask("Input.insertText", text=text)
        self.wait(f"filled {css}", lambda: self.texts(css, " ".join(text.split())))

    def attach(self, css, path):
        """Clicks what opens the chooser of files, and chooses one."""
        self.ask("Page.setInterceptFileChooserDialog", enabled=True)
        self.chooser = None
        self.click(css)
        self.wait("chooser", lambda: self.run("return 1") and self.chooser)
        self.ask("DOM.setFileInputFiles", backendNodeId=self.chooser, files=[path])
