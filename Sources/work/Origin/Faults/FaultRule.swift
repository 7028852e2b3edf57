internal import NIOConcurrencyHelpers
internal import Signing

/// Which requests have which fault, and how often: a line of the fault script, `PATTERN:FAULT[*COUNT]`.
package struct FaultRule: Sendable {

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

    package init(parsing text: String) throws(FaultRuleError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let first = parts[0].first else {
            throw FaultRuleError(reason: "it is not of the form PATTERN:FAULT[*COUNT]")
        }
        guard first == "/" || first == "*" else {
            throw FaultRuleError(reason: "its pattern could match no path, since each begins with '/'")
        }
        let (name, count) = Self.splitCount(parts[1])
        guard count != 0 else { throw FaultRuleError(reason: "it would never happen") }
        guard let fault = Faults.parse(name) else {
            throw FaultRuleError(reason: "'\(name)' is not a fault: --help lists them")
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
    package static func script(_ text: String) throws(FaultRuleError) -> [FaultRule] {
        var rules: [FaultRule] = []
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() where !line.allSatisfy(\.isWhitespace) && line.first != "#" {
            do throws(FaultRuleError) { try rules.append(FaultRule(parsing: String(line))) } catch {
                throw FaultRuleError(reason: "line \(index + 1): \(error.reason)")
            }
        }
        return rules
    }
}

/// The rules in force, and how often each has struck.
///
/// Of the rules that match a path, the first that has not struck often enough is the one: `/a:503*2` and then
/// `/a:cut*1` is a script of three bad answers and good ones from there on.
final class FaultScript: Sendable {
    private struct Strike: Hashable {
        let rule: Int
        let path: String
    }

    private let rules: [FaultRule]
    private let strikes = NIOLockedValueBox<[Strike: Int]>([:])

    init(_ rules: [FaultRule]) { self.rules = rules }

    /// The fault that the next request for a path has; asking counts as having it.
    func next(for path: String) -> (any Fault)? {
        for (index, rule) in rules.enumerated() where rule.pattern.matches(path) {
            guard let count = rule.count else { return rule.fault }
            let strike = Strike(rule: index, path: path)
            let strikes = strikes.withLockedValue { strikes in
                strikes[strike, default: 0] += 1
                return strikes[strike, default: 0]
            }
            if strikes <= count { return rule.fault }
        }
        return nil
    }
}

/// Why a line is not a rule.
package struct FaultRuleError: Error, Equatable {
    /// What is wrong, without the line.
    package let reason: String
}
