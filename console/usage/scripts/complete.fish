# Completion of PROGRAM's words in fish. The program itself knows them:
# "PROGRAM completion ask WORD..." lists what the last word may become.

function __PROGRAM_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
    set -l word $words[-1]
    # A file's path may be the value behind a flag's =.
    set -l path $word
    set -l prefix ''
    if string match -q -- '-*=*' $word
        set path (string replace -r '^[^=]*=' '' -- $word)
        set prefix (string replace -r '=.*' '=' -- $word)
    end
    for line in ($program completion ask $words[2..-1] 2>/dev/null)
        switch $line
            case ':none'
            case ':folders'
                for found in (__fish_complete_directories $path '')
                    echo $prefix$found
                end
            case ':files*'
                set -l endings (string split -n ' ' -- $line)[2..-1]
                for found in (complete -C "__PROGRAM_no_command $path")
                    set -l file (string split \t -- $found)[1]
                    set -l ending (string match -r '\.[^./]*$' -- $file)
                    if test -z "$endings"; or string match -q '*/' -- $file; or contains -- "$ending" $endings
                        echo $prefix$file
                    end
                end
            case '*'
                echo $line
        end
    end
end

complete -c PROGRAM -f -a '(__PROGRAM_complete)'
