#compdef PROGRAM
# Completion of PROGRAM's words in zsh. The program itself knows them:
# "PROGRAM completion ask WORD..." lists what the last word may become.

_PROGRAM() {
	local line word files= prefix=
	local -a found endings
	local program=${~words[1]}
	if [[ $words[CURRENT] == -*=* ]]; then
		prefix=${words[CURRENT]%%=*}=
		compset -P 1 '*='
	fi
	for line in "${(@f)$($program completion ask "${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
		case $line in
		:files*) files=files endings=(${=line#:files}) ;;
		:folders) files=folders ;;
		:none|'') ;;
		*)
			line=${line#$prefix}
			word=${line%%$'\t'*}
			line=${line#$word}
			found+=("${word//:/\\:}${line:+:${line#$'\t'}}")
			;;
		esac
	done
	local result=1
	if (($#found)); then _describe 'word' found && result=0; fi
	case $files in
	folders) _files -/ && result=0 ;;
	files)
		if (($#endings)); then
			_files -g "*(${(j:|:)endings})(-.)" && result=0
		else
			_files && result=0
		fi
		;;
	esac
	return result
}

if [[ $funcstack[1] == _PROGRAM ]]; then
	_PROGRAM "$@"
else
	compdef _PROGRAM PROGRAM
fi
