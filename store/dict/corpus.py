#!/usr/bin/env python3
"""Writes synthetic mails to train the zstd dictionary with: corpus.py DIRECTORY [COUNT].

Nobody's mail: the forms of headers are those of the standards and of common programs, names and
words come from the lists below, every number from a seeded generator. The same call gives the same
octets for ever. store/dict/README tells how the dictionary is made.
"""
import os
import random
import sys

R = random.Random(20260301)
WORDS = {
    "en": """the of and to in a is that for it as was with be by on not this have from or had an which you we
        please all will would there report project invoice thanks regards attached update schedule server customer
        delivery account review question meeting order payment team office information number service your our they
        their about can could should need know want time today tomorrow week month next last new here when what how
        if then also more some any other email message contact phone website click below view online order number
        shipping address total amount due date free offer best look forward hearing let me know kind hello dear hi
        thank you very much sent received confirm confirmation password reset login security support help visit
        privacy policy unsubscribe reserved rights copyright company limited street city north south people work
        good great first second version document file changes issue request pull comment build failed passed test
        branch commit error warning data system process user group access change problem solution plan price""",
    "de": """der die das und ist nicht mit von auf für eine einen ich Sie wir bitte vielen Dank Grüße
        freundlichen Rechnung Termin Anhang Bestellung Lieferung Kunden Konto werden haben wird wurde sehr geehrte
        Damen und Herren Ihre Ihnen unser bei auch nach über noch heute morgen Woche anbei Frage Angebot""",
    "fr": """le la les de des et est pas avec pour une vous nous merci bonjour cordialement facture commande
        livraison compte rendez-vous pièce jointe votre notre dans sur qui que sont plus cette message""",
    "es": """el la los de que y en un una para con por su no es muchas gracias hola saludos cordiales pedido
        factura cuenta envío reunión adjunto mensaje usted nuestro información""",
}
WORDS = {k: v.split() for k, v in WORDS.items()}
FIRST = "Anna Ben Chloe David Emma Felix Grace Hugo Ines Jack Kate Leo Maria Noah Olivia Paul Rosa Sam Tina Will".split()
LAST = "Adams Berg Clark Diaz Evans Fischer Green Hall Ito Jones King Lopez Meyer Nowak Olsen Petit Rossi Smith".split()
HOSTS = [f"{a}.{b}" for a in ("example", "example-shop", "mail-example", "news-example") for b in ("com", "org", "net")]
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
DAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
B64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
ALNUM = B64[:62]


def pick(*of):
    return R.choice(of)


def token(n, letters=ALNUM):
    return "".join(R.choice(letters) for _ in range(n))


def hexed(n):
    return token(n, "0123456789abcdef")


def date():
    return (f"{R.choice(DAYS)}, {pick('%d', '%02d') % R.randint(1, 28)} {R.choice(MONTHS)} {R.randint(2018, 2029)} "
            f"{R.randint(0, 23):02d}:{R.randint(0, 59):02d}:{R.randint(0, 59):02d} "
            f"{pick('+0000', '+0000', '+0000', '+0100', '+0200', '-0500', '-0700', '+0000 (UTC)')}")


def ip():
    return pick(f"192.0.2.{R.randint(1, 254)}", f"198.51.100.{R.randint(1, 254)}", f"203.0.113.{R.randint(1, 254)}",
                f"10.{R.randint(0, 255)}.{R.randint(0, 255)}.{R.randint(1, 254)}", f"2001:db8::{hexed(4)}:{hexed(4)}")


def host():
    return pick("", "", "mail.", "mx1.", "smtp.", "out.", "mta-") + R.choice(HOSTS)


def person():
    first, last = R.choice(FIRST), R.choice(LAST)
    name = pick(f"{first} {last}", f'"{last}, {first}"', first, f'"{first} {last}"')
    local = pick(f"{first}.{last}", first, f"{first[0]}{last}", "info", "news", "noreply", "no-reply", "support", "billing").lower()
    return name, f"{local}@{R.choice(HOSTS)}"


def address():
    name, addr = person()
    return pick(f"{name} <{addr}>", f"{name} <{addr}>", f"<{addr}>", addr)


def words(n, lang=None):
    list_ = WORDS[lang or pick("en", "en", "en", "en", "de", "fr", "es")]
    return [R.choice(list_) for _ in range(n)]


def sentence(lang=None):
    w = words(R.randint(4, 16), lang)
    return w[0].capitalize() + " " + " ".join(w[1:]) + R.choice(".  .  .  ?  !".split())


def paragraph(lang=None, width=72):
    lines, line = [], ""
    for w in " ".join(sentence(lang) for _ in range(R.randint(1, 5))).split():
        if len(line) + len(w) > width:
            lines.append(line)
            line = ""
        line += (" " if line else "") + w
    return "\r\n".join(lines + [line])


TLS = ["(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)\r\n\t key-exchange X25519 server-signature "
       "RSA-PSS (2048 bits) server-digest SHA256)\r\n\t(No client certificate requested)\r\n",
       "(using TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits))\r\n\t(No client certificate requested)\r\n",
       "(version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256);\r\n"]


def received(to):
    h = host()
    return pick(
        f"Received: from {h} ({h} [{ip()}])\r\n\t{R.choice(TLS)}\tby {host()} (Postfix) with ESMTPS id {token(14)}\r\n"
        f"\tfor <{to}>; {date()}\r\n",
        f"Received: by {host()} (Postfix, from userid {R.randint(0, 1100)})\r\n\tid {hexed(10).upper()}; {date()}\r\n",
        f"Received: from [{ip()}] (helo={h})\r\n\tby {host()} with esmtpsa (TLS1.3) tls TLS_AES_256_GCM_SHA384\r\n"
        f"\t(Exim 4.96)\r\n\t(envelope-from <{person()[1]}>)\r\n\tid 1{token(5)}-{token(6)}-{token(2)}\r\n\tfor {to};\r\n\t{date()}\r\n",
        f"Received: from {h} ({ip()}) by {host()}\r\n (2603:10a6:{hexed(3)}::{R.randint(1, 20)}) with Microsoft SMTP Server "
        f"(version=TLS1_2,\r\n cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.20.{R.randint(1000, 9000)}.{R.randint(10, 40)}; {date()}\r\n",
        f"Received: from {h} ({h}. [{ip()}])\r\n        by {host()} with ESMTPS id {token(18).lower()}\r\n        for <{to}>\r\n"
        f"        (version=TLS1_3 cipher=TLS_AES_128_GCM_SHA256 bits=128/128);\r\n        {date()}\r\n",
        f"Received: by {ip()} with SMTP id {token(20).lower()};\r\n        {date()}\r\n",
        f"Received: from localhost (localhost [127.0.0.1])\r\n\tby {host()} (Postfix) with ESMTP id {hexed(11).upper()}\r\n"
        f"\tfor <{to}>; {date()}\r\n",
        f"Received: from {h}\r\n\tby {host()} with LMTP\r\n\tid {token(22)}\r\n\t(envelope-from <{person()[1]}>)\r\n\tfor <{to}>; {date()}\r\n")


def dkim():
    d = R.choice(HOSTS)
    body = token(43, B64) + "="
    sig = token(342, B64)
    folded = "\r\n\t ".join(sig[i:i + 70] for i in range(0, len(sig), 70))
    return pick(
        f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={d};\r\n\ts={pick('default', 'mail', 's1', '20230601', 'selector1')}; "
        f"t={R.randint(1500000000, 1800000000)};\r\n\tbh={body};\r\n\th=From:To:Subject:Date:Message-ID:Content-Type:MIME-Version;\r\n\tb={folded}==\r\n",
        f"DKIM-Signature: v=1; a=rsa-sha256; q=dns/txt; c=relaxed/simple; s={token(8).lower()};\r\n\td={d}; t={R.randint(1500000000, 1800000000)};\r\n"
        f"\th=From:To:Subject:MIME-Version:Content-Type:Content-Transfer-Encoding:Message-ID:Date:\r\n\t List-Unsubscribe:List-Unsubscribe-Post;\r\n"
        f"\tbh={body};\r\n\tb={folded}\r\n")


def results(frm):
    d = frm.split("@")[1]
    return (f"Authentication-Results: {host()};\r\n\tdkim=pass header.d={d} header.s=default header.b={token(8)};\r\n"
            f"\tspf=pass (sender IP is {ip()}) smtp.mailfrom={frm};\r\n\tdmarc=pass (p={pick('NONE', 'QUARANTINE', 'REJECT')} "
            f"sp=NONE dis=NONE) header.from={d}\r\n" + f"Received-SPF: pass (domain of {d} designates {ip()} as permitted sender) "
            f"client-ip={ip()}; envelope-from={frm}; helo={host()};\r\n")


def listed(frm):
    d = frm.split("@")[1]
    name = pick("announce", "users", "devel", "newsletter")
    return pick(
        f"Precedence: bulk\r\nList-Id: <{name}.{d}>\r\nList-Unsubscribe: <https://{d}/u/{token(24)}>,\r\n <mailto:unsubscribe@{d}?subject=unsubscribe>\r\n"
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
        f"Precedence: list\r\nList-Id: {name} discussion <{name}.{d}>\r\nList-Unsubscribe: <https://{d}/mailman/options/{name}>,\r\n"
        f" <mailto:{name}-request@{d}?subject=unsubscribe>\r\nList-Archive: <https://{d}/pipermail/{name}/>\r\nList-Post: <mailto:{name}@{d}>\r\n"
        f"List-Help: <mailto:{name}-request@{d}?subject=help>\r\nList-Subscribe: <https://{d}/mailman/listinfo/{name}>,\r\n"
        f" <mailto:{name}-request@{d}?subject=subscribe>\r\nErrors-To: {name}-bounces@{d}\r\n",
        "Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n")


AGENTS = ["User-Agent: Mozilla Thunderbird\r\nContent-Language: en-US\r\n", "X-Mailer: Apple Mail (2.3774.300.61.1.2)\r\n",
          "X-Mailer: Microsoft Outlook 16.0\r\nThread-Index: AQH", "X-Mailer: iPhone Mail (21A360)\r\n", "User-Agent: Roundcube Webmail/1.6.1\r\n",
          "User-Agent: K-9 Mail for Android\r\n", "User-Agent: Mutt/2.2.9 (2022-11-12)\r\n", "X-Mailer: PHPMailer 6.8.0 (https://github.com/PHPMailer/PHPMailer)\r\n",
          "X-Mailer: git-send-email 2.39.2\r\n", "", "", ""]
SPAM = ["X-Spam-Status: No, score=-0.1 required=5.0 tests=DKIM_SIGNED,DKIM_VALID,\r\n\tDKIM_VALID_AU,HTML_MESSAGE,RCVD_IN_DNSWL_NONE,SPF_HELO_NONE,SPF_PASS\r\n"
        "\tautolearn=ham autolearn_force=no version=3.4.6\r\nX-Spam-Level: \r\nX-Spam-Checker-Version: SpamAssassin 3.4.6 (2021-04-09) on mail.example.com\r\n",
        "X-Spam-Flag: NO\r\nX-Spam-Score: -2.899\r\nX-Virus-Scanned: Debian amavis at example.com\r\n", "X-Rspamd-Server: mail\r\nX-Spamd-Result: default: False [-0.10 / 15.00];\r\n", "", "", "", ""]


def html():
    style = pick("", "", '<style type="text/css">\r\nbody { margin: 0; padding: 0; -webkit-text-size-adjust: 100%; -ms-text-size-adjust: 100%; }\r\n'
                 "table, td { border-collapse: collapse; mso-table-lspace: 0pt; mso-table-rspace: 0pt; }\r\nimg { border: 0; height: auto; line-height: 100%; "
                 "outline: none; text-decoration: none; }\r\n@media only screen and (max-width: 600px) { .container { width: 100% !important; } }\r\n</style>\r\n",
                 "<style>\r\n<!--\r\n /* Font Definitions */\r\n @font-face\r\n\t{font-family:Calibri;\r\n\tpanose-1:2 15 5 2 2 2 4 3 2 4;}\r\np.MsoNormal, li.MsoNormal, "
                 "div.MsoNormal\r\n\t{margin:0cm;\r\n\tfont-size:11.0pt;\r\n\tfont-family:\"Calibri\",sans-serif;}\r\na:link, span.MsoHyperlink\r\n\t{mso-style-priority:99;\r\n"
                 "\tcolor:blue;\r\n\ttext-decoration:underline;}\r\n-->\r\n</style>\r\n")
    head = pick('<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body>\r\n',
                '<!DOCTYPE html>\r\n<html>\r\n<head>\r\n<meta http-equiv="content-type" content="text/html; charset=UTF-8">\r\n</head>\r\n<body>\r\n',
                '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\r\n<html xmlns="http://www.w3.org/1999/xhtml">\r\n'
                f'<head>\r\n<meta name="viewport" content="width=device-width, initial-scale=1.0">\r\n<title>{" ".join(words(3))}</title>\r\n{style}</head>\r\n'
                '<body style="margin:0; padding:0; background-color:#f4f4f4;">\r\n', '<html><head><meta charset="utf-8"></head><body>\r\n', '<div dir="ltr">')
    out = [head]
    for _ in range(R.randint(1, 6)):
        d = R.choice(HOSTS)
        out.append(pick(
            f"<p>{paragraph()}</p>\r\n", f"<div>{sentence()}<br></div><div><br></div>\r\n", f'<p class="MsoNormal"><span lang="EN-US">{sentence()}<o:p></o:p></span></p>\r\n',
            f'<p style="margin: 0 0 16px; font-family: Arial, Helvetica, sans-serif; font-size: 14px; line-height: 20px; color: #333333;">{sentence()}</p>\r\n',
            f'<table width="100%" border="0" cellpadding="0" cellspacing="0" role="presentation">\r\n<tr>\r\n<td align="center" valign="top" style="padding: 20px 0;">\r\n'
            f'<a href="https://{d}/{token(8).lower()}?utm_source=newsletter&amp;utm_medium=email&amp;utm_campaign={token(6).lower()}" target="_blank" style="color:#ffffff; text-decoration:none;">'
            f'{" ".join(words(2))}</a>\r\n</td>\r\n</tr>\r\n</table>\r\n',
            f'<img src="https://{d}/images/{token(6).lower()}.png" alt="" width="{R.randint(1, 600)}" height="{R.randint(1, 200)}" border="0" style="display:block;">\r\n',
            f'<ul>\r\n<li>{sentence()}</li>\r\n<li>{sentence()}</li>\r\n</ul>\r\n',
            f'<blockquote type="cite" style="margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex">\r\n{paragraph()}<br>\r\n</blockquote>\r\n',
            f'<h1 style="font-size:24px;">{" ".join(words(3)).title()}</h1>\r\n&nbsp;<br>\r\n'))
    return "".join(out) + pick("</body></html>\r\n", "</body>\r\n</html>\r\n", "</div>\r\n")


def plain():
    lang = pick(None, "en", "de", "fr", "es")
    out = [pick("Hi,\r\n\r\n", "Hello,\r\n\r\n", f"Dear {R.choice(FIRST)},\r\n\r\n", f"Hi {R.choice(FIRST)},\r\n\r\n", "Sehr geehrte Damen und Herren,\r\n\r\n", "Bonjour,\r\n\r\n", "")]
    for _ in range(R.randint(1, 5)):
        out.append(paragraph(lang) + "\r\n\r\n")
    if R.random() < 0.3:
        name, addr = person()
        out.append(f"On {date()[:16]}, {name} <{addr}> wrote:\r\n" + "".join(f"> {l}\r\n" for l in paragraph(lang, 68).split("\r\n")) + ">\r\n")
    out.append(pick("Best regards,\r\n", "Kind regards,\r\n", "Thanks,\r\n", "Mit freundlichen Grüßen\r\n", "Cordialement,\r\n", "-- \r\n", "") + R.choice(FIRST) + "\r\n")
    if R.random() < 0.3:
        out.append(f"\r\n--\r\nTo unsubscribe, visit https://{R.choice(HOSTS)}/unsubscribe\r\nThis is an automatically generated message, please do not reply to this email.\r\n")
    return "".join(out)


def quoted(text):
    out, col = [], 0
    for ch in text.encode():
        piece = f"={ch:02X}" if ch > 126 or ch == 61 else chr(ch)
        col = 0 if piece == "\n" else col + len(piece)
        if col > 74 and piece not in "\r\n":
            out.append("=\r\n")
            col = len(piece)
        out.append(piece)
    return "".join(out)


def part(kind, text):
    enc = pick("7bit", "quoted-printable", "quoted-printable", "8bit")
    charset = pick('charset="UTF-8"', "charset=UTF-8", "charset=utf-8", 'charset="utf-8"', 'charset="iso-8859-1"', 'charset="us-ascii"')
    head = f"Content-Type: text/{kind}; {charset}" + pick("", "", "; format=flowed", ";\r\n\tdelsp=no") + "\r\n"
    return head + f"Content-Transfer-Encoding: {enc}\r\n\r\n" + (quoted(text) if enc[0] == "q" else text) + "\r\n"


def boundary():
    return pick(f"000000000000{hexed(16)}", f"----=_Part_{R.randint(1, 9999999)}_{R.randint(1, 999999999)}.{R.randint(10**12, 10**13)}", f"------------{token(24)}",
                f"----=_NextPart_000_{hexed(4).upper()}_01D{hexed(5).upper()}.{hexed(8).upper()}", f"_000_{hexed(30).upper()}_", f"Apple-Mail={hexed(8).upper()}", f"b1_{hexed(32)}", f"=_{hexed(32)}", f"================{R.randint(10**18, 10**19)}==")


def attachment():
    name = pick("invoice", "image", "document", "report", "scan", "Rechnung") + pick("", f"_{R.randint(1, 9999)}")
    kind, ext = pick(("application/pdf", "pdf"), ("image/jpeg", "jpg"), ("image/png", "png"), ("application/zip", "zip"), ("application/octet-stream", "bin"),
                     ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"), ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"))
    body = "\r\n".join(token(76, B64) for _ in range(R.randint(1, 4)))
    return (f'Content-Type: {kind}; name="{name}.{ext}"\r\nContent-Disposition: attachment; filename="{name}.{ext}"' + pick("", f";\r\n\tsize={R.randint(1000, 900000)}") +
            "\r\nContent-Transfer-Encoding: base64\r\n" + pick("", f"Content-ID: <{token(12)}>\r\nX-Attachment-Id: {token(12)}\r\n") + f"\r\n{body}\r\n")


def invite():
    return ("Content-Type: text/calendar; charset=UTF-8; method=REQUEST\r\nContent-Transfer-Encoding: 7bit\r\n\r\nBEGIN:VCALENDAR\r\nPRODID:-//Example//Calendar//EN\r\nVERSION:2.0\r\n"
            f"CALSCALE:GREGORIAN\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nDTSTART:2026{R.randint(1, 12):02d}01T090000Z\r\nDTEND:2026{R.randint(1, 12):02d}01T100000Z\r\nDTSTAMP:20260101T080000Z\r\n"
            f"ORGANIZER;CN={R.choice(FIRST)}:mailto:{person()[1]}\r\nUID:{token(26).lower()}@{R.choice(HOSTS)}\r\nATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE\r\n"
            f" ;CN={R.choice(FIRST)}:mailto:{person()[1]}\r\nSEQUENCE:0\r\nSTATUS:CONFIRMED\r\nSUMMARY:{' '.join(words(3))}\r\nTRANSP:OPAQUE\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")


def multi(kind, parts):
    b = boundary()
    head = f"Content-Type: multipart/{kind}; boundary=\"{b}\"\r\n" if R.random() < 0.6 else f"Content-Type: multipart/{kind};\r\n\tboundary=\"{b}\"\r\n"
    preamble = pick("", "", "This is a multi-part message in MIME format.\r\n")
    return head + "\r\n" + preamble + "".join(f"--{b}\r\n{p}" for p in parts) + f"--{b}--\r\n"


def body():
    alternative = lambda: multi("alternative", [part("plain", plain()), part("html", html())])
    return pick(lambda: part("plain", plain()), lambda: part("html", html()), alternative, alternative, lambda: multi("mixed", [part("plain", plain()), attachment()]),
                lambda: multi("mixed", [alternative(), attachment()]), lambda: multi("related", [alternative(), attachment()]), lambda: multi("alternative", [part("plain", plain()), part("html", html()), invite()]))()


def report(to):
    return multi("report; report-type=delivery-status", [
        f"Content-Description: Notification\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nThis is the mail system at host {host()}.\r\n\r\nI'm sorry to have to inform you that your message "
        "could not\r\nbe delivered to one or more recipients. It's attached below.\r\n\r\nFor further assistance, please send mail to postmaster.\r\n\r\n"
        f"<{to}>: host {host()}[{ip()}] said: 550 5.1.1\r\n    <{to}>: Recipient address rejected: User unknown (in reply to RCPT TO\r\n    command)\r\n",
        f"Content-Description: Delivery report\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; {host()}\r\nX-Postfix-Queue-ID: {hexed(11).upper()}\r\nArrival-Date: {date()}\r\n\r\n"
        f"Final-Recipient: rfc822; {to}\r\nOriginal-Recipient: rfc822;{to}\r\nAction: failed\r\nStatus: 5.1.1\r\nRemote-MTA: dns; {host()}\r\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\r\n"])


def subject():
    s = pick(" ".join(words(R.randint(2, 7), "en")).capitalize(), f"[{R.choice(LAST)}] {' '.join(words(4, 'en'))}", f"Your order #{R.randint(1000, 99999)} has been shipped",
             f"Invoice {R.randint(1000, 99999)}", f"[PATCH v{R.randint(1, 4)} {R.randint(1, 9)}/{R.randint(1, 9)}] {' '.join(words(4, 'en'))}",
             f"=?UTF-8?Q?{'_'.join(words(2, 'en'))}_=C3=BC?=", f"=?utf-8?B?{token(28, B64)}?=")
    return pick("", "", "Re: ", "Fwd: ", "AW: ") + s


def mail():
    (name, frm), (_, to) = person(), person()
    out = "".join(received(to) for _ in range(R.randint(1, 5)))
    if R.random() < 0.4:
        out += dkim()
    if R.random() < 0.4:
        out += results(frm)
    out += R.choice(SPAM)
    mid = pick(f"<{hexed(8)}-{hexed(4)}-{hexed(4)}-{hexed(4)}-{hexed(12)}@{R.choice(HOSTS)}>", f"<{token(30)}@{R.choice(HOSTS)}>", f"<{R.randint(10**13, 10**14)}.{token(6)}@{R.choice(HOSTS)}>")
    fields = [f"Date: {date()}\r\n", f"From: {name} <{frm}>\r\n", f"To: {pick('', name + ' ')}<{to}>\r\n", f"Subject: {subject()}\r\n", f"Message-ID: {mid}\r\n", "MIME-Version: 1.0\r\n"]
    if R.random() < 0.3:
        fields.append(f"Cc: {address()}, {address()}\r\n")
    if R.random() < 0.4:
        fields.append(f"In-Reply-To: {mid}\r\nReferences: <{token(20)}@{R.choice(HOSTS)}>\r\n {mid}\r\n")
    if R.random() < 0.4:
        fields.append(f"Reply-To: {address()}\r\n")
    if R.random() < 0.3:
        fields.append(listed(frm))
    if R.random() < 0.2:
        fields.append(pick("X-Priority: 3 (Normal)\r\nImportance: Normal\r\n", f"Feedback-ID: {R.randint(1, 99999)}:{token(8)}\r\n", f"Sender: {address()}\r\n",
                           f"X-Originating-IP: [{ip()}]\r\n", f"Return-Path: <{frm}>\r\nDelivered-To: {to}\r\nX-Original-To: {to}\r\n"))
    R.shuffle(fields)
    agent = R.choice(AGENTS)
    out += "".join(fields) + agent + (token(27, B64) + "==\r\n" if agent.endswith("AQH") else "")
    return out + (report(to) if R.random() < 0.03 else body())


def main():
    where, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 4000
    os.makedirs(where, exist_ok=True)
    for i in range(count):
        with open(os.path.join(where, f"{i:05d}.eml"), "w", encoding="utf-8", newline="") as f:
            f.write(mail())


main()
