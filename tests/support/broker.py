"""A real mosquitto, and a subscriber that remembers what came and when."""

import os
import subprocess
import tempfile
import threading
import time
from collections import namedtuple

import paho.mqtt.client as paho
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from .process import Child, free_port, is_listening, wait_for

_PLACES = ("/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto")


class Mosquitto:
    """A broker on a loopback port of its own.

    certs: a Certs: TLS only, with the server certificate (or that named by
    server="wrong" or "expired").  client_certs: ask clients for one.
    passwords: {user: password}, else anonymous.  What it holds for absent
    subscribers survives stop() and start(), not kill(): mosquitto writes its
    file only now and then.
    """

    def __init__(self, folder=None, certs=None, server="", client_certs=False,
                 passwords=None, extra=""):
        self.folder = str(folder or tempfile.mkdtemp(prefix="mosquitto."))
        os.makedirs(self.folder, exist_ok=True)
        self.port = free_port()
        self.certs = certs
        self._config = f"{self.folder}/mosquitto.conf"
        with open(self._config, "w", encoding="utf-8") as f:
            f.write(self._settings(server, client_certs, passwords))
            f.write(extra + "\n")
        self.child = None

    def _settings(self, server, client_certs, passwords):
        lines = [f"listener {self.port} 127.0.0.1",
                 "persistence true", f"persistence_location {self.folder}/",
                 "max_queued_messages 0", "set_tcp_nodelay true"]
        if os.geteuid() == 0:
            lines.append("user root")
        if self.certs:
            cert = getattr(self.certs, f"{server}_cert" if server else "cert")
            key = getattr(self.certs, f"{server}_key" if server else "key")
            lines += [f"certfile {cert}", f"keyfile {key}",
                      f"cafile {self.certs.ca}"]
            if client_certs:
                lines.append("require_certificate true")
        if passwords:
            lines += ["allow_anonymous false", f"password_file "
                      f"{self._password_file(passwords)}"]
        else:
            lines.append("allow_anonymous true")
        return "\n".join(lines) + "\n"

    def _password_file(self, passwords):
        path = f"{self.folder}/passwords"
        open(path, "w", encoding="utf-8").close()
        os.chmod(path, 0o600)
        for user, password in passwords.items():
            subprocess.run(["mosquitto_passwd", "-b", path, user, password],
                           check=True, capture_output=True)
        return path

    def start(self):
        """Start it, or start it again on the same port."""
        binary = next((p for p in _PLACES if os.path.exists(p)), "mosquitto")
        self.child = Child([binary, "-c", self._config],
                           f"{self.folder}/mosquitto.log")
        wait_for(lambda: is_listening(self.port) or self._ended(), 10,
                 "mosquitto listening")
        return self

    def _ended(self):
        if not self.child.is_running():
            raise RuntimeError(f"mosquitto ended: {self.child.log()}")

    def stop(self):
        if self.child:
            self.child.stop()

    def kill(self):
        self.child.kill()

    def freeze(self):
        self.child.freeze()

    def thaw(self):
        self.child.thaw()

    def log(self):
        return self.child.log()

    __enter__ = start

    def __exit__(self, *_):
        self.stop()


# at: time.time() of arrival; mono: time.monotonic(); user: MQTT 5 user
# properties as a dict; expiry: message expiry interval or None.
Message = namedtuple("Message",
                     "topic payload qos retain user expiry at mono dup")


class Subscriber:
    """Keeps every message of the topics, with the time it came.

    Speaks MQTT 5, QoS 1, in a session that the broker keeps while this is
    away; connects again by itself.  messages is a list, in order of arrival.
    """

    def __init__(self, broker, topics="#", client_id=None, user=None,
                 password=None, on_message=None):
        self.messages = []
        self.connects = 0
        self._broker = broker
        self._topics = [topics] if isinstance(topics, str) else list(topics)
        self._subscribed = threading.Event()
        self._also = on_message
        name = client_id or f"test-subscriber-{os.getpid()}-{id(self)}"
        self.client = paho.Client(name, protocol=paho.MQTTv5)
        self.client.reconnect_delay_set(1, 1)
        if user:
            self.client.username_pw_set(user, password)
        if broker.certs:
            self.client.tls_set(broker.certs.ca, broker.certs.client_cert,
                                broker.certs.client_key)
        self.client.on_connect = self._connected
        self.client.on_message = self._arrived
        self.client.on_subscribe = lambda *_: self._subscribed.set()

    def start(self):
        """Connect and wait until the subscription stands."""
        keep = Properties(PacketTypes.CONNECT)
        keep.SessionExpiryInterval = 86400
        self.client.connect("127.0.0.1", self._broker.port, keepalive=20,
                            clean_start=False, properties=keep)
        self.client.loop_start()
        if not self._subscribed.wait(10):
            raise TimeoutError("no SUBACK within 10 s")
        return self

    def _connected(self, client, _user, _flags, code, _properties=None):
        self.connects += 1
        if code == 0:
            client.subscribe([(topic, paho.SubscribeOptions(qos=1))
                              for topic in self._topics])

    def _arrived(self, _client, _user, m):
        now, mono = time.time(), time.monotonic()
        props = getattr(m, "properties", None)
        message = Message(m.topic, m.payload, m.qos, bool(m.retain),
                          dict(getattr(props, "UserProperty", [])),
                          getattr(props, "MessageExpiryInterval", None),
                          now, mono, bool(m.dup))
        self.messages.append(message)
        if self._also:
            self._also(message)

    def wait_for(self, count, timeout=20.0):
        """The messages, once there are at least count of them."""
        wait_for(lambda: len(self.messages) >= count, timeout,
                 f"{count} MQTT messages (there are {len(self.messages)})")
        return self.messages

    def stop(self):
        self.client.disconnect()
        self.client.loop_stop()

    __enter__ = start

    def __exit__(self, *_):
        self.stop()
