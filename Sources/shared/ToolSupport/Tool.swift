package import ArgumentParser
internal import Glibc
internal import POSIX
internal import Records

/// A command of the suite. Its options are parsed by ArgumentParser; its statuses and messages are the suite's own.
package protocol Tool: ParsableCommand {
    static var name: String { get }

    /// Whether it tells what is decided and why: `--debug`.
    var isDebugging: Bool { get }

    /// Does the work. What it throws ends the tool with its status and message.
    mutating func work(_ diagnostics: Diagnostics) throws(ToolFailure) -> ToolStatus
}

extension Tool {
    package var isDebugging: Bool { false }

    package static func main() {
        StandardDescriptors.fill()
        let diagnostics = Diagnostics(tool: name)
        refuseKeyTexts(diagnostics)
        var tool = parseOrExit(diagnostics)
        do throws(ToolFailure) {
            try tool.work(Diagnostics(tool: name, isDebugging: tool.isDebugging)).exit()
        } catch {
            diagnostics.say(error.message)
            if let help = error.help { diagnostics.say(help) }
            error.status.exit()
        }
    }

    /// A key's text, given where the name of its file belongs, begins with dashes: the parser would take it for an
    /// option and repeat it in its message.
    private static func refuseKeyTexts(_ diagnostics: Diagnostics) {
        guard CommandLine.arguments.dropFirst().contains(where: { $0.contains("-----BEGIN") }) else { return }
        diagnostics.say("one argument is a private key: give the path of its file")
        ToolStatus.usage.exit()
    }

    private static func parseOrExit(_ diagnostics: Diagnostics) -> Self {
        do {
            let command = try parseAsRoot()
            guard let tool = command as? Self else {
                // Help or a completion script was asked for by a built-in command.
                throw CleanExit.helpRequest(self)
            }
            return tool
        } catch {
            guard exitCode(for: error).isSuccess else {
                diagnostics.say("\(usageMessage(for: error)), see '\(name) --help'")
                ToolStatus.usage.exit()
            }
            printOrExit(fullMessage(for: error), diagnostics)
        }
    }

    /// ArgumentParser's message in the suite's manner: one sentence on one line, with a small letter first, no full stop
    /// after it, and of a signed URL among the arguments only what is before its query.
    private static func usageMessage(for error: any Error) -> String {
        var text = message(for: error).split(whereSeparator: \.isNewline).joined(separator: " ")
        for argument in CommandLine.arguments where SigningParameters.first(in: argument.utf8) != nil {
            text.replace(argument, with: argument.prefix { $0 != "?" })
        }
        text = withoutFarSuggestion(text)
        for (theirs, ours) in Self.rewordings { text.replace(theirs, with: ours) }
        if text.last == "." || text.last == "?" { text.removeLast() }
        return text.prefix(1).lowercased() + text.dropFirst()
    }

    /// ArgumentParser suggests options that are three letters away: one that begins with another letter was not meant.
    private static func withoutFarSuggestion(_ text: String) -> String {
        let parts = text.split(separator: ". Did you mean '--")
        guard parts.count == 2, let option = parts[0].split(separator: "'--").last else { return text }
        return option.first == parts[1].first ? text : parts[0] + "."
    }

    private static var rewordings: [(String, String)] {
        [
            (". Did you mean ", ": did you mean "),
            (". Please provide one of the following:   - ", ": give one of "), ("   - ", ", "),
            (". Please provide one of ", ": give one of "),
        ]
    }

    private static func printOrExit(_ text: String, _ diagnostics: Diagnostics) -> Never {
        do throws(SystemError) {
            try Array((text + "\n").utf8).withUnsafeBufferPointer { bytes throws(SystemError) in
                try Descriptor.write(STDOUT_FILENO, UnsafeRawBufferPointer(bytes))
            }
            ToolStatus.success.exit()
        } catch {
            diagnostics.say(error.description)
            ToolStatus.refused.exit()
        }
    }
}

/// What all tools have in common.
package enum Suite {
    /// The version of the suite, by semantic versioning. CHANGELOG.md says what came with each.
    package static let version = "0.1.0"
}
