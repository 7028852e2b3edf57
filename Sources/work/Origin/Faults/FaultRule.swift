internal import Signing

/// Which requests have which fault, and how often: a line of the fault script, `PATTERN:FAULT[*COUNT]`.
package struct FaultRule: Sendable {
    /// Why a line is no rule.
    package struct ParseError: Error, Equatable {
        /// What is wrong, without the line.
        package let reason: String
    }

    let pattern: Wildcard
    let fault: any Fault
    /// How many requests for each path have it; nil for all.
    let count: Int?

    /// - Parameter pattern: a wildcard over decoded paths, `/a/b.mp4` or `*.mp4`.
    package init(_ pattern: String, _ fault: any Fault, count: Int? = nil) {
        self.pattern = Wildcard(pattern)
        self.fault = fault
        self.count = count
    }

    package init(parsing text: String) throws(ParseError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let first = parts[0].first else {
            throw ParseError(reason: "it is not of the form PATTERN:FAULT[*COUNT]")
        }
        guard first == "/" || first == "*" else {
            throw ParseError(reason: "its pattern could match no path, since each begins with '/'")
        }
        let (name, count) = Self.splitCount(parts[1])
        guard count != 0 else { throw ParseError(reason: "it would never strike") }
        guard let fault = Faults.parse(name) else {
            throw ParseError(reason: "'\(name)' is no fault, see --help for those that there are")
        }
        self.init(String(parts[0]), fault, count: count)
    }

    private static func splitCount(_ text: Substring) -> (fault: String, count: Int?) {
        guard let star = text.lastIndex(of: "*"), let count = Int(text[text.index(after: star)...]), count >= 0 else {
            return (String(text), nil)
        }
        return (String(text[..<star]), count)
    }

    /// Reads a script: a rule on a line, blank lines and lines that begin with `#` passed over.
    package static func script(_ text: String) throws(ParseError) -> [FaultRule] {
        var rules: [FaultRule] = []
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() where !line.allSatisfy(\.isWhitespace) && line.first != "#" {
            do throws(ParseError) { try rules.append(FaultRule(parsing: String(line))) } catch {
                throw ParseError(reason: "line \(index + 1): \(error.reason)")
            }
        }
        return rules
    }
}
