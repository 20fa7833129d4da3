#!/usr/bin/python3
"""compare.py BUILD [--show]: the summaries of tests/corpus against GMime and Python's email.

One case a message and oracle. What may differ stands in differences.txt with its reason; a
difference that is not there fails the case, and so does one that is there but does not occur.
--show prints all differences, for whoever changes that file.
"""
import email, email.header, email.policy, email.utils, fnmatch, glob, json, os, subprocess, sys

here = os.path.dirname(os.path.abspath(__file__))
corpus = os.path.join(os.path.dirname(here), 'corpus')


def utf8(s):
    """The tools print octets as Latin-1 characters."""
    return None if s is None else s.encode('latin-1').decode('utf-8', 'replace')


def squeeze(s):
    return None if s is None else ' '.join(s.split())


def run(tool, files):
    out = subprocess.run([tool, *files], stdout=subprocess.PIPE, check=True).stdout.decode('ascii')
    return {os.path.basename(o['file']): o for o in map(json.loads, out.splitlines())}


# Each reader gives the same: {path: {field: value}}, path as IMAP numbers parts, '' being the message.

def child_path(path, n):
    return f'{path}.{n}' if path else str(n)


def ours(message, octets):
    parts, view, paths, count = message['parts'], {}, {}, {}
    for i, p in enumerate(parts):
        parent = p['parent']
        count[parent] = count.get(parent, 0) + 1
        path = paths[i] = '' if parent < 0 else child_path(paths[parent], count[parent])
        start, n = p['body']
        v = view[path] = {
            'type': f"{p['type']}/{p['subtype']}".lower(),
            'charset': utf8(p['charset']), 'name': utf8(p['name']), 'filename': utf8(p['filename']),
            'disposition': p['disposition'] and p['disposition'].lower(),
            'id': p['id'] and p['id'].strip('<> '),
        }
        if p['kind'] == 'leaf':
            v['decoded'] = p['decoded']
            v['body'] = octets[start:start + n]
        if 'envelope' in p:
            e = p['envelope']
            v['subject'] = squeeze(utf8(e['subject_text']))
            v['raw subject'] = squeeze(e['subject'])
            for field in ('from', 'sender', 'reply_to', 'to', 'cc', 'bcc'):
                v[field] = our_addresses(e[field])
            v['message_id'] = ids(e['message_id'])
    if 'date' in message:
        view['']['date'] = message['date'][0] // 1000
    return view


def ids(s):
    s = s or ''
    return s[s.find('<') + 1:s.find('>')] if '<' in s else ''


def our_addresses(items):
    out, stack = [], []
    for a in items:
        if a['kind'] == 'group':
            stack.append(out)
            out.append([squeeze(a['mailbox']), []])
            out = out[-1][1]
        elif a['kind'] == 'end':
            out = stack.pop()
        else:
            host = f"@{a['host']}" if a['host'] else ''
            out.append([squeeze(utf8(a['text'])) or None, utf8(a['mailbox'] + host)])
    return out


def gmime(message):
    view = {}

    def addresses(items):
        return [[squeeze(utf8(n)) or None, addresses(a) if isinstance(a, list) else utf8(a)] for n, a in items]

    def walk(o, path):
        v = view[path] = {
            'type': f"{o['type']}/{o['subtype']}".lower(),
            'charset': utf8(o['charset']), 'name': utf8(o['name']), 'filename': utf8(o['filename']),
            'disposition': o['disposition'] and o['disposition'].lower(),
            'id': o['id'],
        }
        if 'decoded' in o:
            v['decoded'] = o['decoded']
        if 'envelope' in o:
            e = o['envelope']
            v['subject'] = squeeze(utf8(e['subject']))
            for field in ('from', 'sender', 'reply_to', 'to', 'cc', 'bcc'):
                v[field] = addresses(e[field])
            v['message_id'] = e['message_id'] or ''
            if not path and 'date' in e:
                v['date'] = e['date']
        for n, part in enumerate(o['parts'], 1):
            walk(part, child_path(path, n))

    if 'root' in message:
        walk(message['root'], '')
    return view


def python(octets):
    view = {}

    def raw(m, field):
        return [v.replace('\r', '').replace('\n', '') for k, v in m.raw_items() if k.lower() == field]

    def addresses(m, field):
        values = [v.encode('ascii', 'surrogateescape').decode('utf-8', 'replace') for v in raw(m, field)]
        return [a for _, a in email.utils.getaddresses(values) if a]

    def walk(m, path, root):
        v = view[path] = {'type': m.get_content_type().lower()}
        if not m.is_multipart():
            v['body'] = m._payload.encode('ascii', 'surrogateescape')  # get_payload would decode
        if root:
            subject = raw(m, 'subject')
            v['raw subject'] = squeeze(subject[0].encode('ascii', 'surrogateescape').decode('latin-1')) if subject else None
            for field in ('from', 'sender', 'to', 'cc', 'bcc'):
                v[field] = addresses(m, field)
            date = email.utils.parsedate_tz((raw(m, 'date') or [''])[0])
            if date and not path:
                v['date'] = int(email.utils.mktime_tz(date))
        for n, part in enumerate(m.get_payload() if m.is_multipart() else [], 1):
            walk(part, child_path(path, n), m.get_content_maintype() == 'message')

    walk(email.message_from_bytes(octets, policy=email.policy.compat32), '', True)
    return view


def flat(addresses):
    """Python's getaddresses knows no groups and is compared without names."""
    out = []
    for _, a in addresses:
        out += flat(a) if isinstance(a, list) else [a] if a else []
    return out


def differences(us, them, oracle):
    for path in sorted(set(us) | set(them)):
        if path not in us or path not in them:
            yield path, 'part', us.get(path, {}).get('type'), them.get(path, {}).get('type')
            continue
        for field in sorted(set(us[path]) & set(them[path]) | {f for f in ('date', 'decoded') if f in us[path] and oracle == 'gmime'}):
            a, b = us[path].get(field), them[path].get(field)
            if oracle == 'python' and isinstance(a, list):
                a = flat(a)
            if a != b:
                yield path, field, a, b


def known():
    rules = []
    with open(os.path.join(here, 'differences.txt')) as f:
        for line in f:
            words = line.split(None, 4)
            if words and not line.startswith('#'):
                rules.append(words[:4])
    return rules


def main():
    build, show = sys.argv[1], '--show' in sys.argv
    files = sorted(glob.glob(os.path.join(corpus, '*.eml')))
    dumps, gmimes = run(f'{build}/mime_dump', files), run(f'{build}/mime_gmime', files)
    rules, used, bad = known(), set(), 0
    for path in files:
        name = os.path.basename(path)
        with open(path, 'rb') as f:
            octets = f.read()
        us = ours(dumps[name], octets)
        for oracle, them in (('gmime', gmime(gmimes[name])), ('python', python(octets))):
            wrong = []
            for part, field, a, b in differences(us, them, oracle):
                for i, (f, o, p, d) in enumerate(rules):
                    if fnmatch.fnmatch(name[:-4], f) and o in (oracle, '*') and fnmatch.fnmatch(part or '0', p) and fnmatch.fnmatch(field, d):
                        used.add(i)
                        break
                else:
                    wrong.append(f'{part or "0"} {field}: {a!r}, not {b!r}')
                if show:
                    print(f'{name[:-4]} {oracle} {part or "0"} {field}: {a!r} {b!r}')
            bad += bool(wrong)
            print(f'not ok {name[:-4]}.{oracle}: {"; ".join(wrong)[:500]}' if wrong else f'ok {name[:-4]}.{oracle}')
    stale = [' '.join(r) for i, r in enumerate(rules) if i not in used]
    bad += bool(stale)
    print(f'not ok differences: do not occur: {"; ".join(stale)}' if stale else 'ok differences')
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
