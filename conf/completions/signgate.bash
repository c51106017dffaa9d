# Completion for signgate and signgate-bench: the words come from --help, so that they are those of the program installed.
_signgate() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} program=${COMP_WORDS[0]}
    local word path=() words
    COMPREPLY=()
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $word in
        -*) break ;;
        *) path+=("$word") ;;
        esac
    done
    case $previous in
    -c | --config | --private-key | --public-key | --policy | --request | --file | --out-dir | --keep-dir | --key | --verify-links | -o | --output)
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return
        ;;
    esac
    words=$("$program" "${path[@]}" --help 2>/dev/null | sed -nE \
        -e 's/^ +(-[a-zA-Z]),(--[a-z-]+).*/\1 \2/p' -e 's/^ +(-{1,2}[a-zA-Z-]+).*/\1/p' \
        -e '/^Subcommands:/,/^$/s/^ +([a-z-]+) .*/\1/p')
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    [ ${#COMPREPLY[@]} -gt 0 ] || mapfile -t COMPREPLY < <(compgen -f -- "$current")
}
complete -F _signgate signgate signgate-bench
