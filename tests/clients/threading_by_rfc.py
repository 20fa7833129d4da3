"""RFC 5256 section 3 as it is written, slowly: what THREAD and SORT must say.

A message is a dict: uid, id (None: none), references (a list), subject (the base subject), reply, sent.
"""


class Node:
    def __init__(self, message=None):
        self.message, self.parent, self.children = message, None, []

    def take(self, child):
        if child.parent:
            child.parent.children.remove(child)
        child.parent = self
        self.children.append(child)

    def above(self, node):
        while node and node is not self:
            node = node.parent
        return node is self


def link(messages):
    """Step 1. The table of ids, and a node for each message."""
    table, own = {}, []

    def node_of(i):
        return table.setdefault(i, Node())

    for m in sorted(messages, key=lambda m: m["uid"]):
        node = node_of(m["id"]) if m["id"] else Node()
        if node.message:
            node = Node()
        node.message = m
        own.append(node)
        chain = [node_of(i) for i in m["references"]]
        for parent, child in zip(chain, chain[1:]):
            if not child.parent and not child.above(parent):
                parent.take(child)
        if node.parent:
            node.parent.children.remove(node)
            node.parent = None
        if chain and not node.above(chain[-1]):
            chain[-1].take(node)
    return list(dict.fromkeys([*table.values(), *own]))


def prune(root):
    """Step 3, from the leaves upwards."""
    for child in list(root.children):
        prune(child)
    for child in list(root.children):
        if child.message:
            continue
        if not child.children:
            root.children.remove(child)
        elif root.parent or root.message or len(child.children) == 1:
            for c in list(child.children):
                root.take(c)
            root.children.remove(child)


def when(node):
    first = node if node.message else min(node.children, key=when)
    return first.message["sent"], first.message["uid"]


def subject(node):
    first = node if node.message else min(node.children, key=when)
    return first.message["subject"]


def is_reply(node):
    return bool(node.message and node.message["reply"])


def gather(root):
    """Step 5."""
    table = {}
    root.children.sort(key=when)
    for n in root.children:
        s = subject(n)
        other = table.get(s)
        if s and (not other or (other.message and (not n.message or (is_reply(other) and not is_reply(n))))):
            table[s] = n
    for n in list(root.children):
        s = subject(n)
        other = table.get(s)
        if not s or other is n:
            continue
        if not n.message and not other.message:
            for c in list(n.children):
                other.take(c)
            root.children.remove(n)
        elif not other.message or (is_reply(n) and not is_reply(other)):
            other.take(n)
        else:
            dummy = table[s] = Node()
            root.take(dummy)
            dummy.take(n)
            dummy.take(other)


def tell(node, number):
    """section 5: thread-list"""
    children = sorted(node.children, key=when)
    said = str(number(node.message["uid"])) if node.message else ""
    if len(children) == 1:
        return f"{said} {tell(children[0], number)}"
    rest = "".join(f"({tell(c, number)})" for c in children)
    return f"{said} {rest}" if said and rest else said + rest


def references(messages, number):
    root = Node()
    for node in link(messages):
        if not node.parent:
            root.children.append(node)
    for node in root.children:
        node.parent = root
    # `prune` knows the root by its having neither.
    prune(root)
    gather(root)
    return "".join(f"({tell(c, number)})" for c in sorted(root.children, key=when))


def ordered_subject(messages, number):
    threads = {}
    for m in sorted(messages, key=lambda m: (m["sent"], m["uid"])):
        threads.setdefault(m["subject"], []).append(number(m["uid"]))
    out = ""
    for first, *others in threads.values():
        rest = f"{others[0]}" if len(others) == 1 else "".join(f"({n})" for n in others)
        out += f"({first} {rest})" if rest else f"({first})"
    return out
