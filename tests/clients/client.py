"""For with_ programs in Python: the server and the user of their environment."""
import os

import mail

server = mail.Server(int(os.environ["PK_BASE"]), os.environ["PK_CA"], os.environ["PK_PASSWORD"])
user = os.environ["PK_USER"]
address = f"{user}@example.test"
ctl = os.environ["PK_CTL"].split()
folder = os.environ["PK_DIR"]


def deliver(octets, to=None):
    c = server.lmtp()
    mail.expect("refused recipients", {}, c.sendmail("joran@example.net", [to or address], octets))
    c.quit()
