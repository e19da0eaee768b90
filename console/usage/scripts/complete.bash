# Completion of PROGRAM's words in bash. The program itself knows them:
# "PROGRAM completion ask WORD..." lists what the last word may become.

_PROGRAM() {
	local words=() count=0 i word joined='' line cur files='' ending
	# bash takes words apart at = and :; they are put together again.
	for ((i = 0; i <= COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		if ((count > 1)) && [[ $word == [=:] || $joined ]]; then
			words[count - 1]+=$word
			[[ $word == [=:] ]] && joined=yes || joined=''
		else
			words[count++]=$word
			joined=''
		fi
	done
	cur=${words[count - 1]}
	# What stands behind the last of these is all that bash replaces.
	local kept=''
	if [[ $cur == *[=:]* && ${COMP_WORDS[COMP_CWORD]} != "$cur" ]]; then kept=${cur%"${cur##*[=:]}"}; fi

	COMPREPLY=()
	while IFS= read -r line; do
		case $line in
		:files*) files=files ending=${line#:files} ;;
		:folders) files=folders ;;
		:none) ;;
		*)
			line=${line%%$'\t'*}
			COMPREPLY+=("${line#"$kept"}")
			;;
		esac
	done < <("${words[0]/#\~\//$HOME/}" completion ask "${words[@]:1}" 2>/dev/null)

	# A file's path may be the value behind a flag's =.
	local path=$cur
	if [[ $cur == -*=* ]]; then path=${cur#*=}; fi
	case $files in
	folders)
		compopt -o filenames 2>/dev/null
		while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -d -- "$path")
		;;
	files)
		compopt -o filenames 2>/dev/null
		while IFS= read -r line; do
			if [[ -z $ending || -d $line || " $ending " == *" .${line##*.} "* ]]; then COMPREPLY+=("$line"); fi
		done < <(compgen -f -- "$path")
		;;
	esac
	if ((${#COMPREPLY[@]} == 1)) && [[ ${COMPREPLY[0]} == *= ]]; then compopt -o nospace 2>/dev/null; fi
}

complete -F _PROGRAM PROGRAM
