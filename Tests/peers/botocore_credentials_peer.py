"""Looks for credentials where tf-sign looks for them, with AWS's own library, and whether both find the same.

usage: botocore_credentials_peer.py FOLDER     with tf-sign in the PATH; FOLDER is the home folder

A server on a loopback port stands in for EC2's metadata service, a container's, STS and the portal of single sign-on.
Each place gives other keys. Both sign the same URL: it is the same if ID, secret and token are.
"""

import datetime
import hashlib
import hmac
import http.server
import itertools
import json
import os
import subprocess
import sys
import threading
import urllib.parse

HOME = os.path.abspath(sys.argv[1])
for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
os.environ["HOME"] = HOME  # before botocore is there, which keeps some paths below it

import botocore.auth  # noqa: E402
import botocore.awsrequest  # noqa: E402
import botocore.config  # noqa: E402
import botocore.session  # noqa: E402
import botocore.utils  # noqa: E402

END = "2039-01-01T00:00:00Z"
URL = "https://bucket.s3.eu-west-1.amazonaws.com/a.mp4"
faults = {}


def keys(place):
    return f"AKIAIOSFODNN7{place:0<7}", f"secret/of+{place}=", f"token/of+{place}=="


def document(place):
    identity, secret, token = keys(place)
    return {"Code": "Success", "AccessKeyId": identity, "SecretAccessKey": secret, "Token": token, "Expiration": END}


def sts_answer(name="AssumeRoleWithWebIdentity", place="STS"):
    identity, secret, token = keys(place)
    result = (
        f"<Credentials><AccessKeyId>{identity}</AccessKeyId><SecretAccessKey>{secret}</SecretAccessKey>"
        f"<SessionToken>{token}</SessionToken><Expiration>{END}</Expiration></Credentials>"
        "<AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn><AssumedRoleId>A:s</AssumedRoleId>"
        "</AssumedRoleUser>")
    return f'<{name}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{name}Result>{result}</{name}Result></{name}Response>'


def signer(request, body):
    """The place whose keys have signed a request to STS, or None."""
    start, signed, signature = request.headers["Authorization"].split(", ")
    identity, scope = start.split("Credential=")[1].split("/", 1)
    names = signed.split("=")[1].split(";")
    assert "host" in names and "x-amz-date" in names, names
    lines = "".join(f"{name}:{request.headers[name]}\n" for name in names)
    canonical = f"POST\n{request.path}\n\n{lines}\n{';'.join(names)}\n{hashlib.sha256(body).hexdigest()}"
    text = (f"AWS4-HMAC-SHA256\n{request.headers['X-Amz-Date']}\n{scope}\n"
            f"{hashlib.sha256(canonical.encode()).hexdigest()}")
    place = identity.removeprefix("AKIAIOSFODNN7").rstrip("0")
    key = ("AWS4" + keys(place)[1]).encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    good = hmac.digest(key, text.encode(), "sha256").hex() == signature.split("=")[1]
    return place if good and request.headers["X-Amz-Security-Token"] == keys(place)[2] else None


class StandIn(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, body, status=200):
        body = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def place(self, place, allowed, body):
        if place in faults:
            return self.answer(faults[place][1], faults[place][0])
        return self.answer(body) if allowed else self.answer("", 401)

    def do_PUT(self):
        allowed = self.path == "/latest/api/token" and "X-aws-ec2-metadata-token-ttl-seconds" in self.headers
        self.place("EC2TOKEN", allowed, "metadata-token==")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        form = urllib.parse.parse_qs(body.decode())
        if form["Action"] == ["AssumeRole"]:
            assert self.headers["Authorization"].split("/")[2:4] == ["eu-west-1", "sts"], self.headers["Authorization"]
            place = signer(self, body)
            allowed = place and form.get("ExternalId") == ["x y"] and form.get("DurationSeconds") == ["1800"]
            # Who asks is in the keys that are given.
            return self.place("ROLE", allowed, sts_answer("AssumeRole", f"R{place[:5]}" if place else "R"))
        wanted = {"Action": "AssumeRoleWithWebIdentity", "RoleArn": "arn:aws:iam::123456789012:role/r",
                  "RoleSessionName": "me", "WebIdentityToken": "web+token/=="}
        self.place("STS", all(form.get(name) == [value] for name, value in wanted.items()), sts_answer())

    def do_GET(self):
        roles = "/latest/meta-data/iam/security-credentials/"
        has_token = self.headers["X-aws-ec2-metadata-token"] == "metadata-token=="
        identity, secret, token = keys("SSO")
        sso = {"roleCredentials": {
            "accessKeyId": identity, "secretAccessKey": secret, "sessionToken": token, "expiration": 2177452800000}}
        if self.path == roles:
            self.place("EC2ROLE", has_token, "a-role")
        elif self.path == roles + "a-role":
            self.place("EC2", has_token, document("EC2"))
        elif self.path == "/container?x=1":
            self.place("ECS", self.headers["Authorization"] == "container token", document("ECS"))
        elif self.path.startswith("/federation/credentials?"):
            query = urllib.parse.parse_qs(self.path.split("?")[1])
            wanted = {"role_name": ["reader"], "account_id": ["012345678901"]}
            self.place("SSO", query == wanted and self.headers["x-amz-sso_bearer_token"] == "sso-token", sso)
        else:
            self.answer("", 404)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
threading.Thread(target=server.serve_forever, daemon=True).start()
HERE = f"http://127.0.0.1:{server.server_port}"


def write(name, text):
    path = os.path.join(HOME, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, 0o700)
    return path


def process():
    identity, secret, token = keys("PROCESS")
    answer = {"Version": 1, "AccessKeyId": identity, "SecretAccessKey": secret, "SessionToken": token, "Expiration": END}
    return write("process", f"#!/bin/sh\ncat <<'-'\n{json.dumps(answer)}\n-\n")


def login(key, **changes):
    token = {"startUrl": "https://x.awsapps.com/start", "region": "eu-west-1", "accessToken": "sso-token",
             "expiresAt": "2038-01-01T00:00:00Z"} | changes
    write(f".aws/sso/cache/{hashlib.sha1(key.encode()).hexdigest()}.json", json.dumps(token))


def static(place):
    identity, secret, token = keys(place)
    return f"aws_access_key_id={identity}\naws_secret_access_key={secret}\naws_session_token={token}\n"


SESSION = "[sso-session my-sso]\nsso_start_url=https://x.awsapps.com/start\nsso_region=eu-west-1\n"
ROLE = "sso_account_id=012345678901\nsso_role_name=reader\n"


class Surroundings:
    """The variables and files of one case."""

    def __init__(self):
        self.variables = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_ENDPOINT_URL_STS": HERE, "AWS_ENDPOINT_URL_SSO": HERE,
                          "AWS_METADATA_SERVICE_TIMEOUT": "10", "AWS_DEFAULT_REGION": "eu-west-1"}
        self.credentials = "[default]\n"
        self.config = "[default]\n"
        self.others = ""

    def env(self):
        identity, secret, token = keys("ENV")
        self.variables |= {
            "AWS_ACCESS_KEY_ID": identity, "AWS_SECRET_ACCESS_KEY": secret, "AWS_SESSION_TOKEN": token}

    def web_identity(self):
        self.variables |= {"AWS_WEB_IDENTITY_TOKEN_FILE": write("web-token", "web+token/=="), "AWS_ROLE_SESSION_NAME": "me",
                           "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/r"}

    def web_identity_of_profile(self):
        path = write("web-token", "web+token/==")
        self.config += ("role_arn=arn:aws:iam::123456789012:role/r\nrole_session_name=me\n"
                        f"web_identity_token_file={path}\n")

    def sso(self):
        login("my-sso")
        self.config += "sso_session=my-sso\n" + ROLE
        self.others += SESSION

    def sso_of_old(self):
        login("https://x.awsapps.com/start")
        self.config += "sso_start_url=https://x.awsapps.com/start\nsso_region=eu-west-1\n" + ROLE

    def role(self, source="source_profile=base"):
        self.config += f"role_arn=arn:aws:iam::1:role/x\nexternal_id=x y\nduration_seconds=1800\n{source}\n"

    def role_by_keys(self):
        self.role()
        self.others += "[profile base]\n" + static("BASE")

    def role_by_own_keys(self):
        self.role("source_profile=default")
        self.config += static("OWN")

    def role_by_process(self):
        self.role()
        self.others += f"[profile base]\ncredential_process={process()}\n"

    def role_by_login(self):
        login("my-sso")
        self.role()
        self.others += "[profile base]\nsso_session=my-sso\n" + ROLE + SESSION

    def role_by_role(self):
        self.role()
        self.others += ("[profile base]\nrole_arn=arn:aws:iam::1:role/two\nexternal_id=x y\nduration_seconds=1800\nsource_profile=deep\n"
                        "[profile deep]\n" + static("DEEP"))

    def role_by_container(self):
        self.role("credential_source=EcsContainer")
        self.container()

    def role_by_instance(self):
        self.role("credential_source=Ec2InstanceMetadata")
        self.instance()

    def role_by_environment(self):
        self.role("credential_source=Environment")
        self.env()

    def credentials_file(self):
        self.credentials += static("FILE")

    def process(self):
        self.config += f"credential_process={process()}\n"

    def config_file(self):
        self.config += static("CONFIG")

    def container(self):
        self.variables |= {"AWS_CONTAINER_CREDENTIALS_FULL_URI": HERE + "/container?x=1",
                           "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": write("container-token", "container token")}

    def instance(self):
        del self.variables["AWS_EC2_METADATA_DISABLED"]
        self.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = HERE

    def lay_out(self):
        write(".aws/credentials", self.credentials)
        write(".aws/config", self.config + self.others)
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            del os.environ[name]
        os.environ.update(self.variables)


def ours():
    """The signed URL, or None."""
    done = subprocess.run(
        ["tf-sign", "--s3", "--region", "eu-west-1", "--ttl", "1h"], input=json.dumps({"url": URL}).encode() + b"\n",
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    for place in ("secret/of", "token/of", "sso-token", "web+token", "container token", "metadata-token"):
        assert place.encode() not in done.stderr, done.stderr
    assert done.returncode in (0, 2), done
    return json.loads(done.stdout)["signed_url"] if done.returncode == 0 else None


def theirs(signed):
    """The same of botocore, signed at the same time; None where it has no credentials."""
    session = botocore.session.Session()
    try:
        credentials = session.get_credentials()
        frozen = credentials and credentials.get_frozen_credentials()
    except Exception:
        return None
    if not frozen:
        return None
    if not signed:
        return frozen.access_key
    date = signed.split("X-Amz-Date=")[1].split("&")[0]
    stopped = datetime.datetime.strptime(date, "%Y%m%dT%H%M%SZ")
    botocore.auth.get_current_datetime = lambda *_, **__: stopped
    request = botocore.awsrequest.AWSRequest("GET", URL)
    botocore.auth.S3SigV4QueryAuth(frozen, "s3", "eu-west-1", expires=3600).add_auth(request)
    return request.url


def compare(*places, change=lambda surroundings: None, found=True):
    surroundings = Surroundings()
    for place in places:
        place(surroundings)
    change(surroundings)
    surroundings.lay_out()
    signed = ours()
    names = [place.__name__ for place in places]
    assert (signed is not None) == found, (names, faults, signed)
    assert signed == theirs(signed), (names, faults, signed)


botocore.utils.time.sleep = lambda _: None
ORDER = [Surroundings.env, Surroundings.web_identity, Surroundings.sso, Surroundings.credentials_file,
         Surroundings.process, Surroundings.config_file, Surroundings.container, Surroundings.instance]
compare(found=False)
compare(*ORDER)
for place in ORDER + [Surroundings.web_identity_of_profile, Surroundings.sso_of_old]:
    compare(place)
for first, second in itertools.combinations(ORDER, 2):
    compare(first, second)
compare(Surroundings.web_identity_of_profile, Surroundings.credentials_file, Surroundings.sso)

ROLES = [Surroundings.role_by_keys, Surroundings.role_by_own_keys, Surroundings.role_by_process,
         Surroundings.role_by_login, Surroundings.role_by_role, Surroundings.role_by_container,
         Surroundings.role_by_instance, Surroundings.role_by_environment]
for role in ROLES:
    compare(role)
for role, place in itertools.product(ROLES[:1] + ROLES[5:6], [
        Surroundings.env, Surroundings.web_identity, Surroundings.credentials_file, Surroundings.instance]):
    compare(role, place)

# What ends the search, or finds nothing, for both.
for source in ["", "source_profile=none", "credential_source=none", "credential_source=EcsContainer",
               "source_profile=default", "source_profile=base\ncredential_source=Environment"]:
    compare(Surroundings.container if source == "" else Surroundings.sso_of_old, found=False,
            change=lambda surroundings: surroundings.role(source))
faults = {"ROLE": (403, "no")}
compare(Surroundings.role_by_keys, Surroundings.container, found=False)
faults = {}
for place, fault in itertools.product(["EC2ROLE", "EC2", "EC2TOKEN"], [(404, ""), (403, "no"), (500, ""), (200, "")]):
    # Where no token is to be had, botocore asks once more by version 1 of the service, which here answers 401.
    faults = {place: fault}
    compare(Surroundings.instance, found=False)
faults = {"EC2": (200, json.dumps({"Code": "AssumeRoleUnauthorizedAccess", "Message": "no"}))}
compare(Surroundings.instance, found=False)
for fault in [(404, ""), (403, "no"), (200, ""), (200, "{}")]:
    faults = {"ECS": fault}
    compare(Surroundings.container, Surroundings.instance, found=False)
    faults = {"STS": fault}
    compare(Surroundings.web_identity, Surroundings.credentials_file, found=False)
    faults = {"SSO": fault}
    compare(Surroundings.sso, Surroundings.credentials_file, found=False)
faults = {}
for url in ["http://192.0.2.1/", "http://localhost.example.com/", "ftp://127.0.0.1/"]:
    compare(Surroundings.container, found=False, change=lambda surroundings: surroundings.variables.update(
        AWS_CONTAINER_CREDENTIALS_FULL_URI=url))
compare(Surroundings.sso_of_old, found=False, change=lambda _: login(
    "https://x.awsapps.com/start", expiresAt="2020-01-01T00:00:00Z"))
compare(Surroundings.sso, found=False, change=lambda surroundings: setattr(surroundings, "others", ""))
compare(Surroundings.web_identity, found=False, change=lambda surroundings: surroundings.variables.pop("AWS_ROLE_ARN"))
compare(Surroundings.instance, found=False, change=lambda surroundings: surroundings.variables.update(AWS_PROFILE="no"))
