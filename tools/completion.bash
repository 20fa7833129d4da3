# Completion of pkctl for bash: nouns, verbs, options, and the names that the running server knows.
_pkctl() {
	local line=${COMP_LINE:0:COMP_POINT} words current tail breaks=${COMP_WORDBREAKS//[!:@=]/} i
	read -ra words <<<"$line"
	[[ $line != *[[:space:]] ]] || words+=("")
	current=${words[-1]} tail=$current
	mapfile -t COMPREPLY < <("${words[0]}" complete -- "${words[@]:1}" 2>/dev/null)
	# bash replaces what stands behind the last of its word breaks.
	for ((i = 0; i < ${#breaks}; i++)); do tail=${tail##*"${breaks:i:1}"}; done
	COMPREPLY=("${COMPREPLY[@]#"${current%"$tail"}"}")
	[[ ${COMPREPLY[0]-} != *: ]] || compopt -o nospace 2>/dev/null
}
complete -F _pkctl pkctl
