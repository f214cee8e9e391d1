# Completion of reftrack for bash. Nothing is installed yet; this text does it, once it is where
# bash looks for such texts:
#   mkdir -p ~/.local/share/bash-completion/completions
#   reftrack completion bash > ~/.local/share/bash-completion/completions/reftrack
# That takes the package bash-completion. Without it, put this line into ~/.bashrc:
#   source <(reftrack completion bash)

_reftrack() {
    local line
    COMPREPLY=()
    while IFS= read -r line; do
        if [[ $line == $'\tfiles' ]]; then
            compopt -o default 2>/dev/null
            return
        fi
        COMPREPLY+=("$line")
    done < <("$1" --complete bash "${COMP_LINE:0:COMP_POINT}" "$COMP_TYPE" "$COMP_WORDBREAKS" 2>/dev/null)
}

complete -o nosort -F _reftrack reftrack 2>/dev/null || complete -F _reftrack reftrack
