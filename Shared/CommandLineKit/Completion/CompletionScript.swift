/// The scripts that make a shell ask the tool itself.
public enum CompletionScript: String, Sendable, CaseIterable {
    /// Bash 4.4 or later, with or without the bash-completion package.
    case bash
    /// Zsh with compinit.
    case zsh
    /// Fish 3.
    case fish

    /// The script for a tool of this name.
    public func text(tool: String) -> String {
        // Names of functions: letters, digits and underscores only.
        let function = "_" + tool.map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined()
        let template =
            switch self {
            case .bash: Self.bashTemplate
            case .zsh: Self.zshTemplate
            case .fish: Self.fishTemplate
            }
        return template.split(separator: "@FUNCTION@", omittingEmptySubsequences: false)
            .joined(separator: function)
            .split(separator: "@TOOL@", omittingEmptySubsequences: false).joined(separator: tool)
    }

    /// The command that prints them.
    static func command(tool: String) -> ToolCommand {
        let shell = Argument.positional(
            "shell", .choice(CompletionScript.self), help: "The shell to complete in.")
        return ToolCommand(
            "completions", summary: "Print the script that completes \(tool) in a shell.",
            arguments: [shell],
            examples: [
                .init("source <(\(tool) completions bash)", "In ~/.bashrc."),
                .init("source <(\(tool) completions zsh)", "In ~/.zshrc, after compinit."),
                .init("\(tool) completions fish | source", "In ~/.config/fish/config.fish."),
            ]
        ) { invocation in
            invocation.out.write(try invocation[shell].text(tool: tool))
            return .success
        }
    }

    // Bash splits words at COMP_WORDBREAKS (= and : among them) and replaces only the last part, so
    // the words are put together again as the line has them, and the lead is cut off each reply.
    private static let bashTemplate = #"""
        @FUNCTION@() {
            local rest="${COMP_LINE:0:COMP_POINT}" words=() trimmed word i
            for ((i = 0; i <= COMP_CWORD; i++)); do
                trimmed="${rest#"${rest%%[![:space:]]*}"}"
                word="${COMP_WORDS[i]}"
                ((i == COMP_CWORD)) && word="$trimmed"
                if ((i > 1)) && [[ "$trimmed" == "$rest" && -n "$word" ]]; then
                    words[${#words[@]}-1]+="$word"
                else
                    words+=("$word")
                fi
                rest="${trimmed#"$word"}"
            done
            local current="${words[${#words[@]}-1]}" part="$word" lead line
            [[ "$part" == [=:] ]] && part=""
            lead="${current%"$part"}"
            COMPREPLY=()
            while IFS= read -r line; do
                if [[ "$line" == $'\t:files' ]]; then
                    compopt -o filenames 2>/dev/null
                    mapfile -t COMPREPLY < <(compgen -f -- "$part")
                    return
                fi
                line="${line%%$'\t'*}"
                [[ "$line" == "$current"* ]] || continue
                printf -v line '%q' "${line#"$lead"}"
                COMPREPLY+=("$line")
            done < <("$1" __complete -- "${words[@]:1}" 2>/dev/null </dev/null)
        }
        complete -F @FUNCTION@ @TOOL@

        """#

    private static let zshTemplate = #"""
        #compdef @TOOL@
        @FUNCTION@() {
            local -a found shown
            local line
            while IFS= read -r line; do
                if [[ "$line" == $'\t:files' ]]; then
                    [[ "$PREFIX" == --*=* ]] && compset -P '*='
                    _files
                    return
                fi
                found+=("${line%%$'\t'*}")
                if [[ "$line" == *$'\t'* ]]; then
                    shown+=("${line%%$'\t'*}  -- ${line#*$'\t'}")
                else
                    shown+=("$line")
                fi
            done < <("${words[1]}" __complete -- "${(@)words[2,CURRENT-1]}" "$PREFIX" \
                2>/dev/null </dev/null)
            compadd -l -d shown -a found
        }
        compdef @FUNCTION@ @TOOL@

        """#

    private static let fishTemplate = #"""
        function @FUNCTION@
            set -l before (commandline -opc)
            set -l current (commandline -ct)
            for line in ($before[1] __complete -- $before[2..-1] "$current" 2>/dev/null </dev/null)
                if test "$line" = \t:files
                    __fish_complete_path (string replace -r '^--[^=]*=' '' -- "$current")
                else
                    echo $line
                end
            end
        end
        complete -c @TOOL@ -f -a '(@FUNCTION@)'

        """#
}
