"""T8: a webhook reaches the public internet and what the settings name, whatever its URL or its name's addresses look like."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from ipaddress import IPv6Address, ip_address

import pytest

from domain.addresses import is_public, may_reach, networks
from domain.errors import InvalidQuestion
from service import courier
from service.courier import Outside, Undelivered, checked_url, deliver, resolved
from tests.hostile.listening import listening

OPEN = Outside(True, ())
HERE = Outside(True, networks(["127.0.0.0/8"]))

INSIDE = """
    0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.254 127.0.0.1 127.1.2.3 169.254.0.1 169.254.169.254 172.16.0.1
    172.31.255.254 192.0.0.1 192.0.0.8 192.0.2.1 192.88.99.1 192.168.0.1 192.168.255.254 198.18.0.1 198.19.255.254 198.51.100.1
    203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
    :: ::1 ::2 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:8.8.8.8 ::ffff:0:127.0.0.1
    64:ff9b::7f00:1 64:ff9b::127.0.0.1 64:ff9b::169.254.169.254 64:ff9b::8.8.8.8 64:ff9b:1::7f00:1 64:ff9b:1:ffff::a00:1
    100::1 100:0:0:1::1 2001::1 2001:0:7f00:1::1 2001:0:4136:e378:8000:63bf:80ff:fffe 2001:2::1 2001:10::1 2001:20::1 2001:db8::1
    2002:7f00:1:: 2002:a9fe:a9fe::1 2002:808:808::1 3fff::1 3fff:fff::1 4000::1 5f00::1 8000::1
    2606:4700::5efe:7f00:1 2606:4700::200:5efe:a00:1 2a00:1450:4001::5efe:a9fe:a9fe
    fc00::1 fd00:ec2::254 fdff::1 fe80::1 fe80::1%1 fe80::1%eth0 febf::1 fec0::1 ff02::1 ff0e::1
""".split()
OUTSIDE = """
    8.8.8.8 1.1.1.1 93.184.216.34 192.0.1.1 223.255.255.254 2606:4700:4700::1111 2a00:1450:4001:80b::200e 2001:4860:4860::8888
""".split()
#: As a host may be written so that a machine reads 127.0.0.1 or 169.254.169.254 from it.
WRITTEN = """
    127.1 127.0.1 0177.0.0.1 0x7f.0.0.1 0x7f000001 2130706433 017700000001 0x7f.1 127.000.000.001 0 0x0 00 0.0 localhost LOCALHOST
    169.254.43518 0xa9fea9fe 2852039166 0251.0376.0251.0376 10.1 192.168.257 ①②⑦.⓪.⓪.① 127。0。0。1 １２７.0.0.1 127.0.0.1. localhost.
""".split()


def never(*_: object) -> socket.socket:
    raise AssertionError("a connection was begun")


def hosts() -> list[str]:
    return [*INSIDE, *WRITTEN]


def urls(port: int) -> list[str]:
    shown = [f"[{host}]" if ":" in host else host for host in hosts()]
    plain = [f"http://{host}:{port}/x" for host in shown]
    more = [f"https://{host}/x?y=http://8.8.8.8/" for host in shown]
    tricks = [
        f"http://8.8.8.8@127.0.0.1:{port}/",
        f"http://127.0.0.1:{port}#@8.8.8.8/",
        f"http://127.0.0.1:{port}\\@8.8.8.8/",
        f"http://8.8.8.8\\@127.0.0.1:{port}/",
        f"http://127.0.0.1:{port}\r\nHost: 8.8.8.8",
        f"http:/127.0.0.1:{port}/",
        f"http:///127.0.0.1:{port}/",
        f"//127.0.0.1:{port}/",
        "file:///etc/passwd",
        f"gopher://127.0.0.1:{port}/_x",
        f"ftp://127.0.0.1:{port}/",
        f"HTTP://127.0.0.1:{port}/",
        f" http://127.0.0.1:{port}/",
        f"ht\ttp://127.0.0.1:{port}/",
        f"http://[::ffff:127.0.0.1%25lo]:{port}/",
        "http://127.0.0.1:0/",
        "http://127.0.0.1:99999/",
        "http://",
        "http://[",
        f"http://127.0.0.1:{port}/\x00",
    ]
    return [*plain, *more, *tricks]


def test_two_hundred_urls_lead_to_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """By what they say, and as what a name resolves to: this machine's own resolver reads the odd forms, no other is asked."""

    def numeric(host: str, port: int) -> list[str]:
        if host.rstrip(".") == "localhost":
            return ["127.0.0.1"]
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        return [str(entry[4][0]) for entry in found]

    with listening() as listener:
        tried = urls(listener.port)
        assert len(tried) >= 200
        monkeypatch.setattr(courier, "_connected", never)
        for url in tried:
            with pytest.raises(Undelivered):
                deliver(url, b"{}", {}, OPEN, resolve=numeric)
    assert listener.hits == 0


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_leads_inside_is_refused_also_beside_a_public_address(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier, "_connected", never)
    for found in ([address], ["8.8.8.8", address], [address, "2606:4700:4700::1111"]):
        with pytest.raises(Undelivered, match="address not allowed"):
            deliver("https://hooks.acme.example/x", b"{}", {}, OPEN, resolve=lambda *_, found=found: found)


@pytest.mark.parametrize("address", OUTSIDE)
def test_a_public_address_is_gone_to_and_only_it(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    gone_to: list[str] = []

    def connected(address: str, port: int, until: float) -> socket.socket:
        gone_to.append(f"{address} {port}")
        raise ConnectionRefusedError

    monkeypatch.setattr(courier, "_connected", connected)
    with pytest.raises(Undelivered, match="no connection"):
        deliver("https://hooks.acme.example/x", b"{}", {}, OPEN, resolve=lambda *_: [address])
    assert gone_to == [f"{address} 443"]


@pytest.mark.parametrize("carried", ["127.0.0.1", "10.0.0.1", "8.8.8.8"])
def test_an_address_that_carries_another_is_refused_whatever_it_carries(carried: str) -> None:
    number = int(ip_address(carried))
    for prefix, shift in (
        ("::", 0), ("::ffff:0:0", 0), ("64:ff9b::", 0), ("64:ff9b:1::", 0), ("2002::", 80), ("2001::", 64), ("2606:4700::5efe:0:0", 0)
    ):  # fmt: skip
        assert not is_public(IPv6Address(int(ip_address(prefix)) | number << shift)), prefix


def test_a_network_that_the_settings_name_is_for_addresses_of_its_own_kind() -> None:
    allowed = networks(["127.0.0.0/8", "fd00::/8"])
    assert may_reach("127.0.0.1", allowed) and may_reach("fd00::1", allowed)
    for address in ("::ffff:127.0.0.1", "10.0.0.1", "fc00::1", "fd00::1%eth0 ", "", "hooks.acme.example"):
        assert not may_reach(address, allowed)


@pytest.mark.parametrize(
    "url",
    ["http://hooks.acme.example/", "ftp://hooks.acme.example/", "https://", "https://u:p@hooks.acme.example/", "https://hooks.acme.example/#x",
     "https://10.0.0.1/", "https://[::1]/", "https://2130706433/", "https://hooks.acme.example/a b", "https://hööks.example/", "https://x:0/",
     "https://hooks.acme.example/" + "x" * 2_000],
)  # fmt: skip
def test_what_cannot_be_right_is_refused_when_it_is_asked_for(url: str) -> None:
    with pytest.raises(InvalidQuestion, match="url:"):
        checked_url(url, Outside(False, ()))


class Receiver:
    """Answers each connection with the given bytes, ``drip`` seconds between two of them; ``heard``: what came."""

    def __init__(self, answer: bytes, drip: float = 0.0) -> None:
        self._socket, self._answer, self._drip = socket.create_server(("127.0.0.1", 0)), answer, drip
        self._socket.settimeout(0.1)
        self.port, self.heard, self.over = self._socket.getsockname()[1], [b""], threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while not self.over.is_set():
            try:
                connection, _ = self._socket.accept()
            except TimeoutError:
                continue
            with connection:
                self._answer_to(connection)

    def _answer_to(self, connection: socket.socket) -> None:
        try:
            self.heard.append(connection.recv(65_536))
            for part in [bytes([byte]) for byte in self._answer] if self._drip else [self._answer]:
                connection.sendall(part)
                if self.over.wait(self._drip):
                    return
        except OSError:
            return

    def close(self) -> None:
        self.over.set()
        self._thread.join()
        self._socket.close()


@pytest.fixture
def receiver() -> Iterator[Callable[..., Receiver]]:
    made: list[Receiver] = []

    def make(answer: bytes, drip: float = 0.0) -> Receiver:
        made.append(Receiver(answer, drip))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_the_name_is_looked_up_once_and_kept_in_the_request(receiver: Callable[..., Receiver]) -> None:
    one, asked = receiver(b"HTTP/1.1 204 No Content\r\n\r\n"), []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    url = f"http://hooks.acme.example:{one.port}/a?b=c"
    assert deliver(url, b"{}", {"webhook-id": "msg_1"}, HERE, resolve=rebinding) == 204
    assert asked == ["hooks.acme.example"]
    assert one.heard[1].startswith(f"POST /a?b=c HTTP/1.1\r\nHost: hooks.acme.example:{one.port}\r\n".encode())
    assert one.heard[1].endswith(b"webhook-id: msg_1\r\n\r\n{}")


def test_of_several_addresses_each_attempt_takes_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    gone_to: list[str] = []

    def connected(address: str, *_: object) -> socket.socket:
        gone_to.append(address)
        raise OSError

    monkeypatch.setattr(courier, "_connected", connected)
    for turn in range(3):
        with pytest.raises(Undelivered):
            deliver("https://x.example/", b"", {}, OPEN, turn=turn, resolve=lambda *_: ["8.8.8.8", "1.1.1.1"])
    assert gone_to == ["8.8.8.8", "1.1.1.1", "8.8.8.8"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(receiver: Callable[..., Receiver], status: int) -> None:
    with listening() as inside:
        one = receiver(f"HTTP/1.1 {status} Elsewhere\r\nLocation: {inside.url}/\r\n\r\n".encode())
        found = deliver(f"http://127.0.0.1:{one.port}/", b"{}", {}, HERE)
    assert (found, courier.is_success(found), inside.hits) == (status, False, 0)


def test_an_answers_body_is_not_waited_for_and_a_hint_before_it_is_passed_over(receiver: Callable[..., Receiver]) -> None:
    one = receiver(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n" + b"x" * 1_000_000)
    assert deliver(f"http://127.0.0.1:{one.port}/", b"{}", {}, HERE) == 200


@pytest.mark.parametrize(
    "answer", [b"", b"SSH-2.0-x\r\n", b"HTTP/2 200\r\n", b"HTTP/1.1 20", b"HTTP/1.1 100 Continue\r\n" + b"x" * 100_000, b"x" * 100_000]
)
def test_what_is_no_answer_of_http_is_none(receiver: Callable[..., Receiver], answer: bytes) -> None:
    with pytest.raises(Undelivered):
        deliver(f"http://127.0.0.1:{receiver(answer).port}/", b"{}", {}, HERE)


def test_a_receiver_that_drips_is_left_after_the_time_for_a_whole_delivery(
    receiver: Callable[..., Receiver], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "SECONDS", 0.5)
    one, began = receiver(b"HTTP/1.1 100 " + b"x" * 1_000, 0.05), time.monotonic()
    with pytest.raises(Undelivered, match="timeout"):
        deliver(f"http://127.0.0.1:{one.port}/", b"{}", {}, HERE)
    assert time.monotonic() - began < 2


def test_without_tls_that_this_machine_trusts_nothing_is_sent(receiver: Callable[..., Receiver]) -> None:
    one = receiver(b"HTTP/1.1 200 OK\r\n\r\n")
    with pytest.raises(Undelivered, match="no trusted connection"):
        deliver(f"https://127.0.0.1:{one.port}/", b"the body", {}, HERE)
    assert b"the body" not in b"".join(one.heard)
    assert ssl.create_default_context().verify_mode is ssl.CERT_REQUIRED


def test_a_name_that_is_not_there_is_told_in_two_words() -> None:
    with pytest.raises(Undelivered, match=r"^name not found$"):
        deliver("https://no-such-name.invalid/", b"", {}, OPEN, resolve=lambda *_: resolved("\udc80.invalid", 1))
