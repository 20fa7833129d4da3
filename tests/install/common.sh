# What the tests of the packages share; sourced with $place, a folder of their own.
why=$place/why bad=0

# NAME COMMAND...: one line `ok NAME` or `not ok NAME: what it said`.
check() {
	local name=$1
	shift
	if "$@" >"$why" 2>&1; then echo "ok $name"; else echo "not ok $name: $(tail -c 2000 "$why")" && bad=1; fi
}

# NAME...: a pair for each in $place/NAME.pem and NAME.key, of one authority, $place/ca.pem.
certificates() (
	local name
	cd "$place" || return
	[ -e ca.pem ] ||
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=CA" -keyout ca.key -out ca.pem 2>/dev/null
	for name in "$@"; do
		openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" -keyout "$name.key" -out "$name.csr" 2>/dev/null &&
			openssl x509 -req -in "$name.csr" -CA ca.pem -CAkey ca.key -days 30 -out "$name.pem" \
				-extfile <(echo "subjectAltName=DNS:$name") 2>/dev/null || return
	done
)

# Runs a client of this machine; `beside` of tests/install/machine has it elsewhere.
client() { "$@"; }
base=0
password='a long password'

# NAME ARGUMENT...: curl to the server as this name, which its certificate must have.
curl_as() {
	local name=$1 resolve=() port
	shift
	for port in 25 993; do resolve+=(--resolve "$name:$((base + port)):127.0.0.1"); done
	client curl -sS --max-time 20 --cacert "$place/ca.pem" "${resolve[@]}" "$@"
}
# NAME ADDRESS WORD: mail from outside; the server's words are said.
send() {
	printf 'Subject: %s\r\n\r\nhello %s\r\n' "$3" "$3" >"$place/mail"
	curl_as "$1" -v --ssl-reqd --url "smtp://$1:$((base + 25))" --mail-from kim@example.net --mail-rcpt "$2" -T "$place/mail"
}
# NAME USER PASSWORD: all of the inbox.
receive() { curl_as "$1" -u "$2:$3" "imaps://$1:$((base + 993))/INBOX;MAILINDEX=*"; }
# NAME WORD: a message goes in, and comes out.
serve() { send "$1" jane@example.org "$2" && receive "$1" jane@example.org "$password" | grep "hello $2"; }

# COMMAND...: within 10 s it says yes.
soon() {
	local i
	for i in $(seq 40); do
		! "$@" || return 0
		sleep 0.25
	done
	return 1
}
