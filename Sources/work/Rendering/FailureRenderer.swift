internal import Journal
package import NDJSON
internal import Records
internal import Terminal

/// What `tf-queue --reasons` says of a failed result: two or three lines for people.
package struct FailureRenderer: ~Copyable {
    private let line = LineScanner<Field>()
    private let tries: Int

    package init(tries: Int) { self.tries = tries }

    /// Empty for what is no result.
    package func text(_ result: RawLine) -> String {
        guard (try? line.scan(result)) != nil else { return "" }
        var text = "\(shown(.path))\n    \(cause), \(attempts)"
        if let time = (try? line.number(.finishedAt)) ?? nil, time >= 0, time < 253_402_300_800 {
            text += ", \(HumanUnits.moment(time)) UTC"
        }
        let message = shown(.message)
        return text + "\n" + (message.isEmpty ? "" : "    \(message)\n")
    }

    private var cause: String {
        let code = shown(.error)
        let status = ((try? line.integer(.httpStatus)) ?? nil).map { " (HTTP \($0))" } ?? ""
        return (code.isEmpty ? "no reason given" : code) + status
    }

    private var attempts: String {
        let attempt = ((try? line.integer(.attempt)) ?? nil) ?? 0
        let isRetryable = ((try? line.boolean(.retryable)) ?? nil) ?? false
        let end = !isRetryable ? ", for good" : attempt >= tries ? ", out of tries" : ""
        return "try \(attempt) of \(tries)\(end)"
    }

    private func shown(_ field: Field) -> String { DisplayText.visible(((try? line.string(field)) ?? nil) ?? "") }
}
