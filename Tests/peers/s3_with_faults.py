"""moto's S3 server with the bucket 'videos', and a network with faults before it.

usage: s3_with_faults.py PORT-FILE     writes two ports: that of the faulty network, and the server's own

Every fourth connection is cut after some KiB, in whichever direction they go; always the same ones. While there is a file
'refuse' in this folder, the store refuses everything that comes over the network.
"""

import logging
import os
import random
import socket
import sys
import threading

import boto3
from moto.server import ThreadedMotoServer

REFUSAL = b"<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
logging.getLogger("werkzeug").setLevel(logging.ERROR)
numbers = random.Random(1)


class Connection:
    """One of a client's, and one to the server."""

    def __init__(self, client, port, room):
        self.client, self.server = client, socket.create_connection(("127.0.0.1", port))
        self.room = room  # bytes until it is cut; None: it is not
        for ends in [(client, self.server), (self.server, client)]:
            threading.Thread(target=self.pass_on, args=ends, daemon=True).start()

    def pass_on(self, source, target):
        try:
            while data := source.recv(4096):
                if os.path.exists("refuse"):
                    self.client.sendall(b"HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Type: application/xml\r\n"
                                        b"Content-Length: %d\r\n\r\n%s" % (len(REFUSAL), REFUSAL))
                    break
                if self.room is not None:
                    self.room -= len(data)
                    if self.room < 0:
                        break
                target.sendall(data)
        except OSError:
            pass
        for end in (self.client, self.server):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
moto.start()
own = moto.get_host_and_port()[1]
boto3.client("s3", endpoint_url=f"http://127.0.0.1:{own}", region_name="us-east-1", aws_access_key_id="k",
             aws_secret_access_key="s").create_bucket(Bucket="videos")
network = socket.create_server(("127.0.0.1", 0))
with open(sys.argv[1] + ".new", "w") as file:
    file.write(f"{network.getsockname()[1]} {own}\n")
os.rename(sys.argv[1] + ".new", sys.argv[1])
count = 0
while True:
    client = network.accept()[0]
    count += 1
    Connection(client, own, numbers.randrange(40_000) if count % 4 == 0 else None)
