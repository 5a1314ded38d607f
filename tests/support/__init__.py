"""Real peers and the real program, for the tests, the demo and the bench.

    from support import Agent, Mosquitto, RealMta, ScriptedSmtp, Subscriber

Everything listens on a free loopback port, keeps its files in a folder that
it is given or makes, and is stopped by its own process id: at the end of a
"with" block, by stop(), or at the latest when the interpreter ends.
"""

from .agent import Agent, program, write_yaml
from .broker import Mosquitto, Subscriber
from .certs import Certs, make_certs
from .exim import RealMta
from .process import Child, free_port, wait_for
from .scripted_smtp import ScriptedSmtp

__all__ = [
    "Agent", "Certs", "Child", "Mosquitto", "RealMta", "ScriptedSmtp",
    "Subscriber", "free_port", "make_certs", "program", "wait_for",
    "write_yaml",
]
