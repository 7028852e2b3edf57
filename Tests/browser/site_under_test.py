"""A job and its page: a folder, an origin, `tf-bulk serve`, and a browser that looks at it."""

import http.client
import http.server
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading
import time

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = pathlib.Path(os.environ.get("TF_TOOLS", ROOT / ".build/release"))
BULK = ROOT / "scripts/tf-bulk"
PATIENCE = 60


def until(condition, what):
    """Waits for a condition of something that is not a page."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited {PATIENCE} s for {what}")
        time.sleep(0.05)


def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("chromium-browser")
    for argument in ["--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,1000"]:
        options.add_argument(argument)
    if os.geteuid() == 0:
        # Chromium's sandbox refuses to work for root.
        options.add_argument("--no-sandbox")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))


def record(course, segment, title="Blues"):
    return {
        "course_id": course, "course_title": title, "segment_id": segment, "title": f"Lesson {segment}",
        "key": f"{course}/{segment}.mp4", "path": f"truefire-courses/{course}/{segment}.mp4",
    }


class Site:
    """Ends all that it started, and removes its folder."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tf-browser-"))
        self.videos = self.folder / "videos"
        self.state = self.videos / ".tf-bulk"
        self.processes = []
        self.port = None
        self.server = None
        subprocess.run(["openssl", "genrsa", "-out", "key.pem", "2048"], cwd=self.folder, check=True, capture_output=True)
        (self.folder / "key.pem").chmod(0o600)
        (self.folder / "run").mkdir()

    def close(self):
        if (self.state / "lock").exists():
            self.bulk("stop", "--now", "-o", "videos")
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
                process.wait()
        shutil.rmtree(self.folder)

    def catalogue(self, records):
        text = "".join(json.dumps(record) + "\n" for record in records)
        (self.folder / "source.ndjson").write_text(text)

    def start(self, *command, **options):
        process = subprocess.Popen(
            [str(word) for word in command], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **options)
        self.processes.append(process)
        return process

    def origin(self, *options, port=0):
        """A stand-in for CloudFront, on a port of the kernel's choice if none is given."""
        told = self.folder / "origin-port"
        told.unlink(missing_ok=True)
        process = self.start(
            TOOLS / "tf-origin", "--port", port, "--port-file", told, *options, stderr=subprocess.DEVNULL)
        until(lambda: told.exists() or process.poll() is not None, "the origin's port")
        self.url = f"http://127.0.0.1:{told.read_text().strip()}"
        return process

    def slow_origin(self):
        """One that takes so long that no run ends before it is made to hurry."""
        self.slow = self.origin("--size", "20k", "--latency", "2s")

    def hurry(self):
        self.slow.terminate()
        self.slow.wait()
        self.origin("--size", "20k", port=self.url.rsplit(":", 1)[1])

    def environment(self):
        mine = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
        return mine | {
            "TF_TOOLS": str(TOOLS), "TF_PRIVATE_KEY": "key.pem", "TF_KEY_PAIR_ID": "KTEST", "TF_BASE_URL": self.url,
            "XDG_RUNTIME_DIR": str(self.folder / "run"),
        }

    def bulk(self, *words):
        return subprocess.run([BULK, *words], cwd=self.folder, env=self.environment(), capture_output=True, text=True)

    def serve(self, *options):
        """Starts the server, again on the port that it had."""
        if self.port is None:
            # A server that takes a port of the kernel's choice and leaves it again.
            url = self.url
            probe = self.origin()
            self.url = url
            self.port = int((self.folder / "origin-port").read_text())
            probe.terminate()
            probe.wait()
        path = self.folder / "told"
        with open(path, "w") as told:
            self.server = self.start(
                BULK, "serve", "--port", self.port, "-o", "videos", "--backoff", "1", *options, "source.ndjson",
                env=self.environment(), stderr=told)
        until(lambda: "Bearer" in path.read_text() or self.server.poll() is not None, "the server")
        assert "Bearer" in path.read_text(), path.read_text()

    def stop_server(self):
        self.server.send_signal(signal.SIGTERM)
        self.server.wait()

    @property
    def page(self):
        return f"http://127.0.0.1:{self.port}/truefire-courses"


class Proxy:
    """A reverse proxy as people have it: it puts its own Host, shows the site below a path, and may ask to sign in."""

    def __init__(self, port):
        self.is_signed_out = False
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.forward(self, port)

            do_POST = do_GET

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.page = f"http://localhost:{self.server.server_port}/films/truefire-courses"

    def forward(self, request, port):
        if self.is_signed_out or not request.path.startswith("/films/"):
            status, headers, body = 200, {"Content-Type": "text/html"}, b"<h1>Sign in</h1>"
        else:
            server = http.client.HTTPConnection("127.0.0.1", port)
            given = {name: value for name, value in request.headers.items() if name not in ("Host", "Connection")}
            try:
                server.request(request.command, request.path.removeprefix("/films"), headers=given)
                answer = server.getresponse()
                status, headers, body = answer.status, dict(answer.getheaders()), answer.read()
            except (OSError, http.client.HTTPException):
                status, headers, body = 502, {"Content-Type": "text/html"}, b"<h1>Bad Gateway</h1>"
        request.send_response_only(status)
        for name, value in headers.items():
            if name not in ("Content-Length", "Transfer-Encoding", "Connection"):
                request.send_header(name, value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Page:
    """What a user does with the page, and sees of it."""

    def __init__(self, driver, url):
        self.driver = driver
        driver.get(url)
        self.wait(lambda: self.text("link") == "Connected", "the first answer")

    def wait(self, condition, what):
        WebDriverWait(self.driver, PATIENCE, poll_frequency=0.1).until(lambda _: condition(), f"waited for {what}")

    def find(self, name):
        return self.driver.find_element(By.ID, name)

    def text(self, name):
        return self.driver.execute_script("return document.getElementById(arguments[0]).textContent", name)

    def number(self, name):
        return int(self.text(name).replace(",", ""))

    def facts(self, name):
        """The names and values of a list of figures."""
        pairs = self.find(name).find_elements(By.CSS_SELECTOR, "div")
        return dict(pair.text.split("\n") for pair in pairs)

    def is_open(self, dialog):
        return self.driver.execute_script("return document.getElementById(arguments[0]).open", dialog)

    def click(self, name):
        self.wait(lambda: self.find(name).is_displayed() and self.find(name).is_enabled(), f"'{name}' to be clicked")
        self.find(name).click()

    def close(self, dialog):
        self.find(dialog).find_element(By.CSS_SELECTOR, "[data-close]").click()

    def begin(self):
        """Starts all, through the question."""
        self.click("start")
        self.wait(lambda: self.is_open("confirm"), "the question")
        self.click("confirm-yes")

    def watch_to_end(self):
        self.wait(lambda: self.is_open("done"), "the run's end")
        return self.text("done-heading")

    def toasts(self):
        return [toast.text for toast in self.driver.find_elements(By.CLASS_NAME, "toast")]

    def note_toasts(self):
        """From now on each toast is kept, since they go away."""
        self.driver.execute_script("""
            window.heard = [];
            new MutationObserver((changes) => changes.forEach((change) =>
                change.addedNodes.forEach((node) => window.heard.push(node.textContent))
            )).observe(document.getElementById('toasts'), { childList: true });""")

    def heard(self):
        return self.driver.execute_script("return window.heard")

    def rows(self):
        return {row.get_attribute("data-index"): row.text for row in self.driver.find_elements(By.CLASS_NAME, "row")}

    def errors(self):
        """What the browser complained of: scripts that failed, and what the policy refused."""
        return [entry["message"] for entry in self.driver.get_log("browser")
                if entry["level"] == "SEVERE" and "ERR_CONNECTION" not in entry["message"]]
