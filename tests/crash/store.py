"""A store alone, started as the supervisor starts it, for tests that break it."""
import array
import os
import secrets
import shutil
import signal
import socket
import struct
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
import ipc  # noqa: E402

LINK, START, READY, DRAIN = 1, 4, 5, 6
LOGINS, DELIVER, SUBMIT = 3, 4, 0x103  # roles of a link: ANON | SESSION, DELIVER, ANON | SESSION | SUBMIT


class Failure(Exception):
    pass


def sandbox_of(build):
    """The leak sanitizer ends a process by tracing it, which the sandbox forbids."""
    with open(f"{build}/pkstored", "rb") as program:
        return "off" if b"__asan_init" in program.read() else "require"


class Store:
    def __init__(self, build, folder, shim=None, timeout=30, options=()):
        """folder/data is the data directory, folder/key the operator key; made when missing.
        shim: settings of shim.c without their SHIM_. options: more words for pkstored."""
        self.folder, self.process = folder, None
        key = f"{folder}/key"
        if not os.path.exists(key):
            os.makedirs(folder, exist_ok=True)
            with open(key, "w") as f:
                f.write(secrets.token_hex(32) + "\n")
            os.chmod(key, 0o600)
        self.admin_path = f"{folder}/admin.sock"
        if os.path.exists(self.admin_path):
            os.unlink(self.admin_path)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(self.admin_path)
        listener.listen()
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.control.settimeout(timeout)
        fd = os.open(key, os.O_RDONLY)
        self.environment = {}
        if shim is not None:
            self.environment = {f"SHIM_{k}": str(v) for k, v in shim.items()}
            self.environment["SHIM_DIR"] = f"{folder}/data"
            self.environment["LD_PRELOAD"] = os.path.abspath(f"{build}/shim.so")
        self.process = subprocess.Popen(
            [f"{build}/pkstored", "--sandbox", sandbox_of(build), "--data", f"{folder}/data", "--control-fd", str(theirs.fileno()),
             "--admin-fd", str(listener.fileno()), "--key-fd", str(fd), *options],
            env=self.environment, pass_fds=[theirs.fileno(), listener.fileno(), fd],
            stderr=open(f"{folder}/log", "ab"))
        theirs.close()
        listener.close()
        os.close(fd)
        self.say(START)
        try:
            while (got := self.control.recv(1 << 16)) and got[0] != READY:
                pass
        except OSError as e:
            self.kill()
            raise Failure(f"the store did not start: {e}") from e
        if not got:
            raise Failure(f"the store did not start: status {self.process.wait(timeout)}")

    def say(self, kind, payload=b"", fd=None):
        extra = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [fd]))] if fd is not None else []
        try:
            self.control.sendmsg([bytes([kind, 0]) + payload], extra)
        except OSError:
            pass  # it is gone: whoever waits for it will see

    def socket_as(self, roles, service):
        """The peer's end of a new link."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        record = ipc.encode(ipc.RECORDS["ctl_link"], {"roles": roles, "service": service, "name": "test"})
        self.say(LINK, record, theirs.fileno())
        theirs.close()
        return ours

    def link(self, roles, service):
        return ipc.Link(self.socket_as(roles, service))

    def admin(self):
        return ipc.Session(ipc.connect(self.admin_path))

    def alive(self):
        return self.process.poll() is None

    def stop(self, timeout=30):
        self.say(DRAIN, struct.pack("<I", 0))
        try:
            status = self.process.wait(timeout)
        except subprocess.TimeoutExpired as e:
            self.kill()
            raise Failure("the store did not stop") from e
        finally:
            self.control.close()
        return status

    def kill(self):
        if self.alive():
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.control.close()


def copy(folder, to):
    """A data directory with its key, as another folder."""
    shutil.copytree(folder, to, ignore=shutil.ignore_patterns("admin.sock", "log", "shim.log", "lock.mdb"))


def make_users(store, users, password):
    admin = store.admin()
    admin.call("tenant_create", name="demo", settings=[{"key": "submit.hour", "value": "1000000"}])
    admin.call("domain_create", tenant="demo", domain="example.test")
    reply = admin.call("user_create", users=[{"address": u, "secret": password} for u in users])
    if reply["created"] != len(users):
        raise Failure(f"users: {reply}")
    admin.link.close()
