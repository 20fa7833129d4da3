# For with_ programs in bash: check NAME COMMAND... prints ok or not ok.
set -u
base=$PK_BASE ca=$PK_CA user=$PK_USER password=$PK_PASSWORD address=$PK_USER@example.test
failed=0
check() {
	local name=$1 out
	shift
	if out=$("$@" 2>&1); then
		echo "ok $name"
	else
		echo "not ok $name: $(tr -s '[:space:]' ' ' <<<"$out" | tail -c 300)"
		failed=1
	fi
}
# A message file with CRLF whose body names it: letter NAME FILE
letter() {
	printf 'From: joran@example.net\r\nTo: %s\r\nSubject: %s\r\nMessage-ID: <%s.%s@example.net>\r\n\r\nThis is %s.\r\n.dot\r\n' \
		"$address" "$1" "$1" "$RANDOM$RANDOM" "$1" >"$2"
}
ends_with() { # FILE PART: the last octets of FILE are PART's
	cmp <(tail -c "$(stat -c %s "$2")" "$1") "$2"
}
