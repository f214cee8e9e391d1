#compdef reftrack
# Completion of reftrack for zsh. Nothing is installed yet; this text does it, once it is in a
# folder of $fpath under the name _reftrack:
#   mkdir -p ~/.zfunc
#   reftrack completion zsh > ~/.zfunc/_reftrack
# with these lines in ~/.zshrc:
#   fpath=(~/.zfunc $fpath)
#   autoload -Uz compinit && compinit
# Or, after compinit, this one alone:
#   source <(reftrack completion zsh)

_reftrack() {
    local line
    local -a words_before lines values shown match_all
    words_before=("${(@Q)words[2,CURRENT-1]}")
    (( CURRENT > 2 )) || words_before=()
    lines=("${(@f)$(command reftrack --complete zsh "${words_before[@]}" "${(Q)PREFIX}" 2>/dev/null)}")
    for line in "${lines[@]}"; do
        [[ -n $line ]] || continue
        if [[ $line == $'\tfiles' ]]; then
            _files
            return
        fi
        values+=("${line%%$'\t'*}")
        shown+=("${line%%$'\t'*}  ${line#*$'\t'}")
    done
    (( $#values )) || return 1
    # One choice alone may begin otherwise than what was typed: with another accent, or word.
    (( $#values > 1 )) || match_all=(-U)
    compadd "${match_all[@]}" -M 'm:{[:lower:][:upper:]}={[:upper:][:lower:]}' \
        -l -V reftrack -d shown -a values
}

if [[ ${funcstack[1]} == _reftrack ]]; then
    _reftrack "$@"
else
    compdef _reftrack reftrack
fi
