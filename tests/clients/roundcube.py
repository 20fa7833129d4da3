"""Debian's Roundcube in PHP's own web server: settings, database and logs are in the folder of the test."""
import os
import pathlib
import re
import socket
import sqlite3
import subprocess

import mail
from client import folder, server

INSTALLED = "/var/lib/roundcube"
SETTINGS = """<?php
$config['db_dsnw'] = 'sqlite:///{home}/database?mode=0600';
$config['imap_host'] = 'ssl://localhost:{port}';
$config['smtp_host'] = 'tls://localhost:{submission}';
$config['imap_conn_options'] = $config['smtp_conn_options'] =
    ['ssl' => ['verify_peer' => true, 'verify_peer_name' => true, 'cafile' => '{ca}']];
$config['imap_debug'] = true;
$config['imap_cache'] = {cache};
$config['messages_cache'] = {cache};
$config['log_dir'] = '{home}/logs';
$config['temp_dir'] = '{home}/temp';
$config['des_key'] = 'twenty-four octets of it';
$config['language'] = 'en_US';
$config['timezone'] = 'UTC';
$config['refresh_interval'] = 0;
$config['display_next'] = false;
"""
# What does not change is kept by the browser, as from any other web server.
ROUTER = """<?php
$file = $_SERVER['DOCUMENT_ROOT'] . parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$types = ['js' => 'text/javascript', 'css' => 'text/css', 'svg' => 'image/svg+xml', 'woff2' => 'font/woff2'];
$type = $types[pathinfo($file, PATHINFO_EXTENSION)] ?? null;
if (!$type || !is_file($file))
    return false;
header("Content-Type: $type");
header('Cache-Control: max-age=3600');
readfile($file);
"""


class Roundcube:
    def __init__(self):
        self.home = f"{folder}/roundcube"
        for part in ("config", "logs", "temp"):
            os.makedirs(f"{self.home}/{part}")
        for part in ("defaults.inc.php", "mimetypes.php"):
            os.symlink(f"/etc/roundcube/{part}", f"{self.home}/config/{part}")
        with sqlite3.connect(f"{self.home}/database") as database, open(f"{INSTALLED}/SQL/sqlite.initial.sql") as f:
            database.executescript(f.read())
        self.configure()
        pathlib.Path(self.home, "router.php").write_text(ROUTER)
        with socket.create_server(("127.0.0.1", 0)) as s:
            self.port = s.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        with open(f"{self.home}/logs/php.log", "wb") as log:  # settings that change are read at once
            self.process = subprocess.Popen(["php", "-d", "opcache.revalidate_freq=0", "-S", f"127.0.0.1:{self.port}",
                                             "-t", f"{INSTALLED}/public_html", f"{self.home}/router.php"],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env={**os.environ, "ROUNDCUBE_CONFIG_DIR": f"{self.home}/config",
                                                 "TMPDIR": f"{self.home}/temp"})

    def __enter__(self):
        try:
            mail.wait_for("php", self.answers)
        except mail.Failure:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port)).close()
            return True
        except OSError:
            return False

    def configure(self, ca=server.ca, cache="null"):
        with open(f"{self.home}/new", "w") as f:
            f.write(SETTINGS.format(home=self.home, port=server.base + 993, submission=server.base + 587, ca=ca, cache=cache))
        os.rename(f"{self.home}/new", f"{self.home}/config/config.inc.php")

    def lines(self, log):
        """Lines of a log, without the times."""
        try:
            with open(f"{self.home}/logs/{log}.log", errors="replace") as f:
                return [re.sub(r"^\[[^]]*\]:? ", "", line.rstrip("\n")) for line in f]
        except FileNotFoundError:
            return []

    def forget(self, log):
        os.truncate(f"{self.home}/logs/{log}.log", 0)

    def talks(self):
        """What was said, a list of lines for each connection."""
        found = []
        for line in self.lines("imap"):
            said = re.sub(r"^<\w+> \[\w+\] ", "", line)
            if said.startswith("Connecting to "):
                found.append([])
            else:
                found[-1].append(said)
        return found
