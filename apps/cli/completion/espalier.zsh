#compdef espalier
# Completion of espalier for zsh. Load it after compinit with: source <(espalier completion zsh)

_espalier() {
  local line value text kind=':none'
  local -a lines shown
  # What was typed goes along word by word without its quotes, and nobody evaluates it.
  lines=("${(@f)$(espalier __complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  for line in $lines; do
    case $line in
      :*) kind=$line ;;
      *)
        value=${line%%$'\t'*}
        text=${line#*$'\t'}
        shown+=("${value//:/\\:}:$text")
        ;;
    esac
  done
  local found=1
  if (( $#shown )); then
    if [[ $kind == :more ]]; then
      _describe -V 'espalier' shown -S '' && found=0
    else
      _describe -V 'espalier' shown && found=0
    fi
  fi
  case $kind in
    :files) [[ $PREFIX == -*=* ]] && compset -P '*='; _files && found=0 ;;
    :folders) [[ $PREFIX == -*=* ]] && compset -P '*='; _files -/ && found=0 ;;
  esac
  return found
}

if [[ $zsh_eval_context == *func ]]; then
  _espalier "$@"
else
  compdef _espalier espalier
fi
