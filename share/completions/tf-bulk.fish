# tf-bulk for fish: the words come from 'tf-bulk help --words'.

function __tf_bulk_words
    set -l typed (commandline -opc)
    test (count $typed) -gt 1; and tf-bulk help --words $typed[2] 2>/dev/null
end

# What can follow the option that was typed last.
function __tf_bulk_kind
    set -l before (commandline -opc)[-1]
    switch $before
        case -o
            set before --output
        case -j
            set before --jobs
    end
    __tf_bulk_words | string replace -rf -- "^$before (.*)" '$1'
end

function __tf_bulk_takes
    set -l kind (__tf_bulk_kind)
    switch $argv[1]
        case choice
            string match -q -- '*|*' $kind
        case '*'
            contains -- "$kind" $argv
    end
end

function __tf_bulk_is_help
    set -l typed (commandline -opc)
    test "$typed[2]" = help
end

complete -c tf-bulk -f
complete -c tf-bulk -n '__tf_bulk_is_help; and test (count (commandline -opc)) -eq 2' \
    -a '(tf-bulk help --words 2>/dev/null)'
complete -c tf-bulk -n 'test (count (commandline -opc)) -eq 1' -a '(tf-bulk help --words 2>/dev/null) help'
complete -c tf-bulk -n 'string match -q -- "-*" (commandline -ct); and __tf_bulk_takes flag ""' \
    -a '(__tf_bulk_words | string replace -r " .*" "")'
complete -c tf-bulk -n '__tf_bulk_takes choice' -a '(__tf_bulk_kind | string split -n "|")'
complete -c tf-bulk -n '__tf_bulk_takes folder' -a '(__fish_complete_directories (commandline -ct))'
complete -c tf-bulk -n 'test (count (commandline -opc)) -gt 1; and not __tf_bulk_is_help; and __tf_bulk_takes file flag ""' -F
