# The suites, one function each. A suite adds to $passed, $failed, $skipped and notes each case
# that ran with ran NAME.

ran() { printf '%s\t%s\n' "$suite" "$1" >>"$build/ran.txt"; }
pass() { passed=$((passed + 1)); ran "$1"; }
skip() { skipped=$((skipped + 1)) && printf '%s\t%s\n' "$suite" "$1" >>"$build/skipped.txt"; }
fail() { failed=$((failed + 1)); ran "$1"; printf 'not ok %s: %s\n' "$suite" "$1"; }

# Counts the cases of a cmocka program.
cmocka_program() {
	local out
	out=$(timeout 120 "$1" 2>&1)
	local status=$?
	local names
	names=$(sed -n 's/^\[ *OK *\] //p' <<<"$out")
	for n in $names; do pass "$(basename "$1").$n"; done
	names=$(sed -n 's/^\[ *FAILED *\] [0-9]* test(s).*//; s/^\[ *FAILED *\] \([A-Za-z_0-9]*\)$/\1/p' <<<"$out" | sort -u)
	for n in $names; do fail "$(basename "$1").$n"; done
	if [ $status != 0 ]; then
		[ -n "$names" ] || fail "$(basename "$1") (exit $status)"
		printf '%s\n' "$out" | tail -40
	fi
}

suite_unit() {
	for program in tests/unit/*.c; do
		cmocka_program "$build/$(basename "$program" .c)"
	done
}

# Counts the lines `ok NAME`, `not ok NAME: why` and `skip NAME: why` of a program; what stands in
# parentheses behind a name is no part of it.
ok_lines() {
	local line seen=0 before=$failed
	while IFS= read -r line; do
		case $line in
		'ok '*)
			pass "$(sed 's/^ok //; s/ (.*//' <<<"$line")"
			[[ $line != *'('* ]] || echo "# ${line#ok }"
			;;
		'not ok '*) fail "${line#not ok }" ;;
		'skip '*)
			skip "$(sed 's/^skip //; s/:.*//' <<<"$line")"
			echo "$line"
			;;
		'exit '*) echo "# $1: $line" && [ $failed -gt "$before" ] || fail "$(basename "$1") ended with $line"; continue ;;
		*) [ -z "$line" ] || echo "# $line" ; continue ;;
		esac
		seen=$((seen + 1))
	done < <("$@" 2>&1 || echo "exit $?")
	[ $seen -gt 0 ] || fail "$1 (no case ran)"
}

# SERVICE PLUGIN FOLDER: the talks in tests/transcripts/FOLDER.
transcripts() {
	[ ! -d "tests/transcripts/$3" ] || ok_lines play_transcripts "$@"
}
play_transcripts() {
	timeout 300 "$build/transcript" "$1" "$build/$2.so" tests/transcripts/"$3"/*.t 2>"$build/transcripts-$3.log"
}
suite_transcripts() {
	transcripts imap imap imap
	transcripts pop3 pop3 pop3
	transcripts mx smtp smtp
	transcripts lmtp smtp lmtp
	transcripts submission smtp submission
}
suite_sandbox() {
	ok_lines timeout 300 tests/sandbox/run.py "$build"
	ok_lines timeout 120 tests/sandbox/traces.py "$build"
}
suite_supervisor() {
	ok_lines timeout 300 tests/supervisor/run.py "$build"
	ok_lines timeout 300 tests/supervisor/reload.py "$build"
	ok_lines timeout 120 tests/supervisor/parts.py "$build"
	ok_lines timeout 300 tests/supervisor/live.py "$build"
	ok_lines timeout 120 tests/supervisor/slow.py "$build"
	ok_lines timeout 300 tests/supervisor/metrics.py "$build"
	ok_lines timeout 120 tests/supervisor/local.py "$build"
	ok_lines timeout 120 tests/supervisor/external.py "$build"
	ok_lines timeout 120 tests/supervisor/systemd.py "$build"
	ok_lines timeout 300 tests/supervisor/names.py "$build"
	ok_lines timeout 120 tests/supervisor/flood.py "$build"
	ok_lines timeout 120 tests/supervisor/trickle.py "$build"
	ok_lines timeout 300 tests/supervisor/crowd.py "$build" ${SOAK:+5000}
	ok_lines timeout 300 tests/supervisor/sessions.py "$build" ${SOAK:+10000}
}
suite_install() { ok_lines timeout 120 tests/install/run "$build"; }
suite_packages() { ok_lines timeout 900 tests/install/packages ${SOAK:+soak}; }
suite_plugin() { ok_lines timeout 120 tests/plugin/run "$build"; }
suite_abi() { ok_lines timeout 120 tests/abi/run "$build"; }
suite_host() { ok_lines timeout 300 tests/host/run.py "$build"; }
suite_demo() { ok_lines timeout 120 tools/demo --once --build "$build" --port-base "$(tests/clients/free_base)"; }
suite_kills() { ok_lines tests/crash/kills.py "$build" ${SOAK:+500}; }
suite_powercut() { ok_lines tests/crash/powercut.py "$build" ${SOAK:+500}; }
suite_nthcall() { ok_lines tests/crash/nthcall.py "$build" ${SOAK:+all}; }
# Every third page in the check, all in the soak.
suite_damage() { ok_lines timeout 600 tests/crash/damage.py "$build" "$([ "${SOAK:-}" ] && echo 1 || echo 3)"; }
suite_clients() { ok_lines tests/clients/run "$build"; }
suite_hostile() { ok_lines timeout 1800 tests/hostile/run.py "$build" ${SOAK:+40}; }
suite_golden() { ok_lines timeout 120 tests/golden/run "$build"; }
suite_claims() { ok_lines tests/claims; }
# Some in the check, all in the soak.
suite_mutants() {
	if [ "${SOAK:-}" ]; then ok_lines tests/mutants/run; else ok_lines tests/mutants/run first; fi
}

# Summaries of the corpus, held against GMime and Python's email.
suite_mime() { ok_lines tests/mime/compare.py "$build"; }

# One case a rule of the house.
suite_lint() {
	local rule
	for rule in layers includes globals exports changes format standalone manuals events replies words secrets texts faults; do
		if "lint_$rule" >"$build/lint.txt" 2>&1; then
			pass "$rule"
		else
			fail "$rule"
			head -20 "$build/lint.txt"
		fi
	done
}
lint_layers() { find "$build" -name '*.d' -print0 | xargs -0 awk -f tests/lint/layers.awk tests/lint/layers.txt; }
lint_includes() { ! grep -rnE '#include "\.\./' include lib store frontends tools tests; }
lint_globals() {
	! find "$build/lib" "$build/frontends" -name '*.o' -print0 | xargs -0 objdump -t |
		grep -E ' O (\.data|\.bss|\*COM\*)[[:space:]]'
}
# Who holds the keys, or the mail, loads nobody's code.
lint_exports() {
	local plugin bad=0
	! nm -D --undefined-only "$build/postkeepd" "$build/pkstored" | grep -E ' (dlopen|dlmopen|system|popen)\b' || bad=1
	for plugin in "$build"/*.so; do
		[ -e "$plugin" ] && [ "$(basename "$plugin")" != shim.so ] || continue
		nm -D --defined-only "$plugin" | awk '$3 != "pk_plugin_entry" { print FILENAME, $0; bad = 1 } END { exit bad }' || bad=1
		readelf -d "$plugin" | sed -n 's/.*NEEDED.*\[\(.*\)\.so.*/\1/p' |
			awk -v so="$(basename "$plugin")" 'FNR == NR { if ($1 == so) for (i = 2; i <= NF; i++) may[$i]; next }
				$1 != "libc" && $1 != "libasan" && !($1 in may) { print so " may not need " $1; bad = 1 } END { exit bad }' \
				tests/lint/layers.txt - || bad=1
	done
	return $bad
}
# A volume changes through txn.c alone, where each change could also be written elsewhere. The
# directory is an index beside the volumes, made again from them.
lint_changes() {
	! git grep -nE '\bmdb_(put|del|drop|cursor_put|cursor_del)\b|\bMDB_(RESERVE|CURRENT|MULTIPLE|DUPSORT)\b' -- \
		lib store frontends tools ':!store/txn.c' ':!store/directory_entry.c'
}
# The manuals' form, and the protocol's against its definition.
lint_manuals() {
	local page bad=0
	for page in man/*.[0-9]; do mandoc -T lint -W warning "$page" || bad=1; done
	tools/ipc-manual --check || bad=1
	diff <(settings_of_code) <(settings_of_manual) || bad=1
	tools/metrics-manual --check || bad=1
	return $bad
}
# NAME T D U DEFAULT
settings_of_code() {
	sed -n 's/^\t{"\([a-z0-9._]*\)",[[:space:]]*SETTING_[^,]*,[^,]*, *\([TDU |]*\),.*"\([^" ]*\)[^"]*" *},$/\1 \2 \3/p' store/settings.c |
		sed 's/ |//g; s/  */ /g; s/ $/ none/' | sort
}
settings_of_manual() {
	sed -n '/^\.Sh SETTINGS/,/^\.El/s/^\.It \([a-z0-9._]*\) Ta \([TDU ]*\) Ta \([^ ]*\) Ta .*/\1 \2 \3/p' man/pkctl.1 | sort
}
# Every event of the log, in code and in pk-log(5).
lint_events() { tests/lint/events; }
# Every refusal of SMTP, in code, in pk-smtp(7) and in a test.
lint_replies() { tests/lint/replies; }
# Nothing that says "later": what is missing stands in README.
lint_words() { ! git grep -nIE '\b(TODO|FIXME|XXX)\b' -- include lib store frontends tools man Makefile '*.md'; }
# What pop3 says, and its table of languages.
lint_texts() { tests/lint/texts; }
lint_faults() { tests/lint/faults; }
lint_format() { git ls-files '*.c' '*.h' | xargs clang-format --dry-run -Werror; }
# Secrets are compared in the same time, wherever they differ.
lint_secrets() {
	! git grep -nE '\b(memcmp|strcmp|strncmp|bcmp)\(' -- store/password.c store/scram.c store/secret.c store/credential.c \
		store/auth_cache.c 'store/login*.c'
}
# Every header compiles alone.
lint_standalone() {
	local header bad=0
	for header in $(git ls-files 'include/*.h' 'lib/*.h' 'store/*.h' 'frontends/*.h'); do
		${CC:-cc} -std=gnu2x -D_GNU_SOURCE -Iinclude -Ilib -I"$(dirname "$header")" -include lib/base/banned.h \
			-fsyntax-only -Wall -Wextra -x c "$header" || bad=1
	done
	return $bad
}

# What clang-tidy says of what changed, of everything in the soak.
suite_tidy() { ok_lines tests/lint/tidy ${SOAK:+all}; }

# Each target for its share of FUZZ_SECONDS, from its seeds and those made of talks and messages; what
# is found stays in tests/fuzz/seeds. Its dictionary is of the words in its name.
suite_fuzz() {
	local targets=("$build"/fuzz_*) each target name seeds work part out
	[ -e "${targets[0]}" ] || { fail "no fuzz targets"; return; }
	targets=($(printf '%s\n' "${targets[@]}" | grep -v '\.'))
	each=$((${FUZZ_SECONDS:-100} / ${#targets[@]}))
	[ $each -ge 1 ] || each=1
	for target in "${targets[@]}"; do
		name=$(basename "$target") seeds=tests/fuzz/seeds/${name#fuzz_} work=$build/work/$name
		mkdir -p "$work/new" "$work/made" "$seeds"
		tests/fuzz/make_seeds "$name" "$work/made"
		for part in ${name//_/ }; do cat "tests/fuzz/$part.dict" 2>/dev/null; done >"$work/dict"
		out=$(cd "$build" && timeout $((each + 60)) "./$name" "work/$name/new" "$OLDPWD/$seeds" "work/$name/made" \
			$([ "$name" != fuzz_mime_scan ] || echo "$OLDPWD/tests/corpus") -max_total_time=$each -timeout=10 \
			-rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$OLDPWD/$seeds/crash-" \
			$([ ! -s "$work/dict" ] || echo "-dict=work/$name/dict") 2>&1)
		if [ $? = 0 ]; then
			pass "$name"
			printf '%s: %s executions, %s in the corpus, %s\n' "$name" \
				"$(sed -n 's/^stat::number_of_executed_units: *//p' <<<"$out")" "$(find "$work/new" "$work/made" "$seeds" -type f | wc -l)" \
				"$(grep -o 'cov: [0-9]*' <<<"$out" | tail -1)"
		else
			fail "$name"
			tail -30 <<<"$out"
		fi
		rm -rf "$work"
	done
}
