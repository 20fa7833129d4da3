# awk -f layers.awk layers.txt FILE.d ...: the compiler's own lists of what each object read,
# held against the table. Prints every use that the table does not allow; exit 1 if there is one.
FNR == NR {
	if (NF >= 2 && $1 !~ /^#/)
		for (i = 2; i <= NF; i++)
			allow[$1] = allow[$1] " " $i
	next
}
FNR == 1 { owner = ""; rule = 0 }
{
	for (i = 1; i <= NF; i++) {
		word = $i
		if (word ~ /:$/) {		# the first rule is the object's; -MP's empty ones follow
			if (rule++) nextfile
			continue
		}
		if (word !~ /\.[ch]$/ || word ~ /^\//) continue
		folder = word
		sub(/\/[^\/]*$/, "", folder)
		sub(/^include\/.*/, "include", folder)
		if (owner == "") owner = folder
		else if (folder != owner && word != "lib/base/banned.h" && !may(owner, folder)) {
			print "lint: " FILENAME ": " owner " may not use " word
			bad = 1
		}
	}
}
function may(from, to,    who, n, list, k) {
	for (who in allow) {
		if (index(from "/", who "/") != 1) continue
		n = split(allow[who], list, " ")
		for (k = 1; k <= n; k++)
			if (index(to "/", list[k] "/") == 1) return 1
		if (index(to "/", who "/") == 1) return 1
	}
	return 0
}
END { exit bad }
