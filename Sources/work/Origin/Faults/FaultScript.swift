internal import NIOConcurrencyHelpers
internal import Signing

/// The rules in force, and how often each has struck.
///
/// Of the rules that match a path, the first that has not struck often enough is the one: `/a:503*2` and then `/a:cut*1`
/// is a script of three bad answers and good ones from there on.
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
