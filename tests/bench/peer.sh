# For tests/bench/run: Dovecot, set up as ../shared/bench does it, with the same mail beside ours.

# Says why there is none, or starts it and sets the ports and the process of `dovecot`.
start_peer() {
	local base why=
	command -v dovecot >/dev/null || why="dovecot is not installed (dovecot-imapd, dovecot-pop3d, dovecot-lmtpd)"
	[ -n "$why" ] || [ "$(id -u)" = 0 ] || why="dovecot starts its processes only as root"
	[ -n "$why" ] || [ -e "$peer/peers/dovecot/gen.sh" ] || why="no settings for it in $peer"
	if [ -n "$why" ]; then
		echo "peer: NONE, no ratios are told: $why"
		return
	fi
	base=$(tests/clients/free_base)
	chmod 755 "$work"
	PORTBASE=$base bash "$peer/peers/dovecot/gen.sh" "$work/dovecot" mdbox always >"$work/peer.log" 2>&1
	peer_pid=$(bash "$peer/peers/dovecot/start.sh" "$work/dovecot")
	servers+=(dovecot)
	place[dovecot.pid]=$peer_pid place[dovecot.store]=$work/dovecot/mail
	place[dovecot.imap]=$((base + 143)) place[dovecot.imaps]=$((base + 993))
	place[dovecot.pop3]=$((base + 110)) place[dovecot.lmtp]=$((base + 24))
	echo "peer: Dovecot $(dovecot --version), mdbox, mail_fsync = always"
}

stop_peer() {
	[ -z "$peer_pid" ] || bash "$peer/peers/dovecot/stop.sh" "$work/dovecot"
}
