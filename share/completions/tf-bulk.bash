# tf-bulk for bash: the words come from 'tf-bulk help --words'.

_tf_bulk() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]} kind=
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W "$(tf-bulk help --words 2>/dev/null) help" -- "$word")
        return
    fi
    # A word after '=' belongs to the option before that.
    if [[ $word == = ]]; then
        word=
    elif [[ $before == = ]]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    case $before in
    -o) before=--output ;;
    -j) before=--jobs ;;
    esac
    if [[ $command == help ]]; then
        ((COMP_CWORD > 2)) || mapfile -t COMPREPLY < <(compgen -W "$(tf-bulk help --words 2>/dev/null)" -- "$word")
        return
    fi
    [[ $before != --* ]] || kind=$(tf-bulk help --words "$command" 2>/dev/null | awk -v name="$before" '$1 == name { print $2 }')
    case $kind in
    folder)
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -d -- "$word")
        ;;
    *\|*) mapfile -t COMPREPLY < <(compgen -W "${kind//|/ }" -- "$word") ;;
    text) ;;
    *)
        if [[ $word == -* && $kind != file ]]; then
            mapfile -t COMPREPLY < <(compgen -W "$(tf-bulk help --words "$command" 2>/dev/null | awk '{ print $1 }')" -- "$word")
        else
            compopt -o filenames
            mapfile -t COMPREPLY < <(compgen -f -- "$word")
        fi
        ;;
    esac
}

complete -F _tf_bulk tf-bulk
