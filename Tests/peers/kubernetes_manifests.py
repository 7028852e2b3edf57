"""Looks whether the manifests for Kubernetes are right, and tells what a pod of theirs would run.

usage: kubernetes_manifests.py check FILE...            against the schemas of the oldest version they need, and the newest
       kubernetes_manifests.py command FILE INDEX       a shell command: the container's variables and words
"""

import secrets
import shlex
import sys

import kubernetes_validate
import yaml


def manifest(path):
    with open(path) as file:
        return yaml.safe_load(file)


def check(*paths):
    # backoffLimitPerIndex and podFailurePolicy are both on without a gate from 1.29 on.
    for version in ("1.29", kubernetes_validate.latest_version()):
        for path in paths:
            kubernetes_validate.validate(manifest(path), version, strict=True)
    for path in paths:
        spec = manifest(path)["spec"]
        if "podFailurePolicy" not in spec:
            continue
        container = spec["template"]["spec"]["containers"][0]
        values = {variable["name"]: variable.get("value") for variable in container["env"]}
        assert values["TF_WORKERS"] == str(spec["parallelism"]), "limits are divided by another number than that of the pods"
        assert all(rule["onExitCodes"]["containerName"] == container["name"]
                   for rule in spec["podFailurePolicy"]["rules"] if "onExitCodes" in rule)
        split = manifest(path.replace("fetch", "split"))["spec"]["template"]["spec"]["containers"][0]
        assert split["args"] == [str(spec["completions"])], "there are more or fewer shards than indexes"


def command(path, index):
    job = manifest(path)
    container = job["spec"]["template"]["spec"]["containers"][0]
    # Each pod of an index has another name.
    fields = {"spec.nodeName": "node-1", "metadata.name": f"{job['metadata']['name']}-{index}-{secrets.token_hex(3)}"}
    variables = {variable["name"]: variable["value"] if "value" in variable
                 else fields[variable["valueFrom"]["fieldRef"]["fieldPath"]] for variable in container.get("env", [])}
    variables["JOB_COMPLETION_INDEX"] = index
    words = [f"{name}={value}" for name, value in variables.items()] + container["command"] + container.get("args", [])
    print(shlex.join(["env", *words]))


{"check": check, "command": command}[sys.argv[1]](*sys.argv[2:])
