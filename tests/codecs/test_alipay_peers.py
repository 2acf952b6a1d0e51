"""Alipay's two public libraries and ours sign and verify the same notices; the gate installs both for these tests."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

from gridhall.codecs import signatures
from gridhall.codecs.payments import alipay
from tests.cis.channels.partners import key_pair

FIELDS = {"app_id": "app", "out_trade_no": "7", "subject": "电费+100% & 电量=2", "body": "", "total_amount": "88.88"}

NODE = """
const {AlipaySdk} = require('alipay-sdk'), said = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const sdk = new AlipaySdk({appId: 'app', keyType: 'PKCS8', privateKey: said.private, alipayPublicKey: said.public});
console.log(JSON.stringify(said.notices.map(one => sdk.checkNotifySignV2(one))));
"""
PYTHON = """
import json, sys
from alipay import AliPay
said = json.load(sys.stdin)
peer = AliPay('app', None, said['private'], said['public'])
verified = [peer.verify({k: v for k, v in one.items() if k not in ('sign', 'sign_type')}, one['sign'])
            for one in said['notices']]
json.dump({'signed': peer.sign_data(said['fields']), 'verified': verified}, sys.stdout)
"""


def asked(command: list[str], peers: Path, code: str) -> object:
    """What a peer says of a notice that we signed and of the same with another amount."""
    private, public = key_pair("peer")
    notice = {**FIELDS, "sign_type": "RSA2", "sign": signatures.sign(private, alipay.signed_text(FIELDS))}
    said = {
        "private": private.decode(), "public": public, "fields": FIELDS,
        "notices": [notice, {**notice, "total_amount": "8.88"}],
    }  # fmt: skip
    done = subprocess.run(
        [*command, code], cwd=peers, env={**os.environ, "PYTHONPATH": str(peers / "python")}, input=json.dumps(said),
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_notice_signed_here_is_good_for_alipays_node_library_and_an_altered_one_is_not(peers: Path) -> None:
    node = shutil.which("node")
    assert node, "no node on PATH"
    assert asked([node, "-e"], peers, NODE) == [True, False]


def test_a_notice_goes_both_ways_with_the_python_library(peers: Path) -> None:
    said = asked([sys.executable, "-c"], peers, PYTHON)
    assert isinstance(said, dict)
    assert said["verified"] == [True, False]
    theirs = alipay.read_notice(said["signed"].encode())
    assert {name: value for name, value in theirs.items() if name != "sign"} == FIELDS
    assert signatures.is_signed(key_pair("peer")[1], alipay.signed_text(theirs), theirs["sign"])
    altered = alipay.read_notice(urlencode({**theirs, "total_amount": "8.88"}).encode())
    assert not signatures.is_signed(key_pair("peer")[1], alipay.signed_text(altered), theirs["sign"])
