"""Signs what tf-sign signs, with AWS's own library, and looks whether both say the same.

usage: botocore_peer.py COUNT FOLDER     with rsa.pem and p256.pem in FOLDER, and tf-sign in the PATH

The records are random, from a fixed seed, with names and queries that try to break out of whatever they are put into.
"""

import base64
import datetime
import json
import os
import random
import subprocess
import sys
from urllib.parse import quote

import botocore.auth
import botocore.session
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.signers import CloudFrontSigner

COUNT, FOLDER = int(sys.argv[1]), sys.argv[2]
UNRESERVED = "-_.~"
END = 4070908800
START = 1700000000
ACCESS_KEY, SECRET_KEY = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
TOKEN = "FwoGZXIvYXdzE+/==&?#"

# What means something to JSON, URLs, shells, patterns or terminals, and letters of several alphabets.
PIECES = list("abcXYZ019-_.~ %+&=?#/\\\"'<>(){}[]*!$,;:@^`|\t\n\r\x00\x1b\x7f") + [
    "é", "ß", "日本", "🎸", "\u202e", "\ufeff", "..", "//", "%2F", "%00", "\\u0022", '"}]}', "*", "${jndi}", "\u2028",
]
ON_THE_WIRE = [piece for piece in PIECES if len(piece) == 1 and "!" <= piece <= "~" and piece not in '#"\\']
chance = random.Random(20260101)


def text(pieces, longest):
    return "".join(chance.choice(pieces) for _ in range(chance.randint(1, longest)))


def run(records, *options):
    """The lines of tf-sign for these records: one for each, all signed."""
    lines = "".join(json.dumps(record, ensure_ascii=chance.random() < 0.5) + "\n" for record in records)
    environment = dict(os.environ, AWS_ACCESS_KEY_ID=ACCESS_KEY, AWS_SECRET_ACCESS_KEY=SECRET_KEY)
    if "--token" in options:
        options = [option for option in options if option != "--token"]
        environment["AWS_SESSION_TOKEN"] = TOKEN
    done = subprocess.run(["tf-sign", *options], input=lines.encode(), env=environment, stdout=subprocess.PIPE)
    signed = [json.loads(line)["signed_url"] for line in done.stdout.split(b"\n")[:-1]]
    assert done.returncode == 0 and len(signed) == len(records)
    return signed


def same(ours, theirs, record):
    assert ours == theirs, f"{record!r}:\n  {ours}\n  {theirs}"


def openssl(*arguments, **options):
    return subprocess.run(["openssl", *arguments], stdout=subprocess.PIPE, **options).stdout


def cloudfront_options(key, digest):
    private = os.path.join(FOLDER, key)
    return [
        "--key-pair-id", "KPAIR1", "--private-key", private, "--base-url", "https://d111111abcdef8.cloudfront.net/v",
        "--hash", digest, "--expires-at", str(END),
    ]


def object_records():
    """Records by key and by URL, and the URL that is to be signed for each."""
    for number in range(COUNT):
        if number % 2:
            key = text(PIECES, 40)
            yield {"key": key}, "https://d111111abcdef8.cloudfront.net/v/" + quote(key, safe="/" + UNRESERVED)
        else:
            wire = [piece for piece in ON_THE_WIRE if piece not in "?*"]
            url = "http://h.example:8080/" + text(wire, 30) + chance.choice(["", "?v=" + text(wire + ["?"], 30)])
            yield {"url": url, "key": "unused"}, url


def moment(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)


def cloudfront_rsa(digest):
    def rsa(message):
        return openssl("dgst", "-" + digest, "-sign", os.path.join(FOLDER, "rsa.pem"), input=message)

    signer = CloudFrontSigner("KPAIR1", rsa)
    suffix = "&Hash-Algorithm=SHA256" if digest == "sha256" else ""
    cases = list(object_records())
    canned = run([record for record, _ in cases], *cloudfront_options("rsa.pem", digest))
    conditions = ["--ip", "192.0.2.0/24", "--not-before", str(START)]
    custom = run([record for record, _ in cases], *cloudfront_options("rsa.pem", digest), *conditions)
    for (record, url), one, other in zip(cases, canned, custom):
        same(one, signer.generate_presigned_url(url, date_less_than=moment(END)) + suffix, record)
        # The one thing that botocore leaves to its caller: a literal `?` in a policy's pattern.
        policy = signer.build_policy(url.replace("?", "\\?"), moment(END), moment(START), "192.0.2.0/24")
        same(other, signer.generate_presigned_url(url, policy=policy) + suffix, record)


def cloudfront_p256():
    public = os.path.join(FOLDER, "public.pem")
    openssl("pkey", "-in", os.path.join(FOLDER, "p256.pem"), "-pubout", "-out", public)
    unsigned = CloudFrontSigner("KPAIR1", None)
    cases = list(object_records())
    for (record, url), signed in zip(cases, run([case[0] for case in cases], *cloudfront_options("p256.pem", "sha256"))):
        assert signed.startswith(url + ("&" if "?" in url else "?") + f"Expires={END}&Signature="), signed
        encoded = signed.rsplit("&Signature=", 1)[1].split("&")[0]
        signature = os.path.join(FOLDER, "signature")
        with open(signature, "wb") as file:
            file.write(base64.b64decode(encoded.translate(str.maketrans("-_~", "+=/"))))
        policy = unsigned.build_policy(url, moment(END)).encode()
        verdict = openssl("dgst", "-sha256", "-verify", public, "-signature", signature, input=policy)
        assert verdict == b"Verified OK\n", record


def at_the_time_of(signed):
    """Stops botocore's clock at the moment at which tf-sign signed."""
    date = signed.split("X-Amz-Date=")[1].split("&")[0]
    stopped = datetime.datetime.strptime(date, "%Y%m%dT%H%M%SZ")
    botocore.auth.get_current_datetime = lambda *_, **__: stopped


def s3_by_key(region, style, token, endpoint=None):
    records = [{"key": text(PIECES, 40)} for _ in range(COUNT)]
    # botocore takes a leading slash away that is part of the name.
    records = [record for record in records if not record["key"].startswith("/")]
    options = ["--s3", "--bucket", "my-bucket", "--region", region, "--ttl", "1h"]
    options += ["--path-style"] if style == "path" else []
    options += ["--endpoint", endpoint] if endpoint else []
    client = botocore.session.Session().create_client(
        "s3", region_name=region, aws_access_key_id=ACCESS_KEY, aws_secret_access_key=SECRET_KEY,
        aws_session_token=TOKEN if token else None, endpoint_url=endpoint,
        config=Config(signature_version="s3v4", s3={"addressing_style": style}))
    for record, ours in zip(records, run(records, *options, *(["--token"] if token else []))):
        at_the_time_of(ours)
        theirs = client.generate_presigned_url(
            "get_object", Params={"Bucket": "my-bucket", "Key": record["key"]}, ExpiresIn=3600)
        same(ours, theirs, record)


def s3_by_url():
    def parameter(number):
        return f"{number}" + quote(text(PIECES, 6), safe=UNRESERVED) + "=" + quote(text(PIECES, 12), safe=UNRESERVED)

    records = []
    for _ in range(COUNT):
        query = "&".join(parameter(number) for number in chance.sample(range(30), chance.randint(0, 5)))
        url = "http://store.example:9000/b/" + quote(text(PIECES, 20), safe="/" + UNRESERVED)
        records.append({"url": url + ("?" + query if query else "")})
    signer = botocore.auth.S3SigV4QueryAuth(Credentials(ACCESS_KEY, SECRET_KEY, TOKEN), "s3", "eu-west-1", expires=3600)
    for record, ours in zip(records, run(records, "--s3", "--region", "eu-west-1", "--ttl", "1h", "--token")):
        at_the_time_of(ours)
        request = botocore.awsrequest.AWSRequest("GET", record["url"])
        signer.add_auth(request)
        same(ours, request.url, record)


cloudfront_rsa("sha1")
cloudfront_rsa("sha256")
cloudfront_p256()
s3_by_key("us-east-1", "virtual", token=False)
s3_by_key("eu-west-1", "virtual", token=True)
s3_by_key("eu-west-1", "path", token=False)
s3_by_key("us-east-1", "path", token=True, endpoint="http://127.0.0.1:9000")
s3_by_key("eu-west-1", "virtual", token=False, endpoint="https://store.example.com/s3/")
s3_by_url()
