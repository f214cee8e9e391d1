# Completion of reftrack for fish. Nothing is installed yet; this text does it, once it is where fish
# looks for such texts:
#   reftrack completion fish > ~/.config/fish/completions/reftrack.fish

function __reftrack_complete
    set -l before (commandline -opc)
    set -e before[1]
    set -l lines (command reftrack --complete fish $before (commandline -ct | string collect) 2>/dev/null)
    if test "$lines" = \t'files'
        __fish_complete_path (commandline -ct)
        return
    end
    string join \n -- $lines
end

complete -c reftrack -f -k -a '(__reftrack_complete)'
