# Completion of espalier for bash 4 and later. Load it with: source <(espalier completion bash)

_espalier() {
  local line kind=''
  local -a lines
  COMPREPLY=()
  # What was typed goes along word by word, and nobody evaluates it.
  mapfile -t lines < <(espalier __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  for line in "${lines[@]}"; do
    case $line in
      :*) kind=$line ;;
      # bash splits --option=value, so that the value alone is completed.
      -*=*) [[ $COMP_WORDBREAKS == *=* ]] && line=${line#*=}; COMPREPLY+=("${line%%$'\t'*}") ;;
      *) COMPREPLY+=("${line%%$'\t'*}") ;;
    esac
  done
  case $kind in
    :files) ((${#COMPREPLY[@]})) || compopt -o bashdefault -o default ;;
    :folders) compopt -o dirnames ;;
    :more) compopt -o nospace ;;
  esac
}

complete -F _espalier espalier
