# Completion of espalier for fish. Load it with: espalier completion fish | source

function __espalier_candidates
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    # What was typed goes along word by word, and nobody evaluates it.
    for line in (espalier __complete -- $words[2..-1] "$current" 2>/dev/null)
        switch $line
            case ':files'
                __fish_complete_path (string replace -r -- '^-[^=]*=' '' "$current")
            case ':folders'
                __fish_complete_directories (string replace -r -- '^-[^=]*=' '' "$current") ''
            case ':*'
            case '*'
                echo $line
        end
    end
end

complete -c espalier -e
complete -c espalier -f -k -a '(__espalier_candidates)'
