package import NDJSON
package import POSIX

/// Whether a catalogue can be signed with some settings, found out before anything is done with it: settings that no
/// record can be signed with are wrong.
package struct SigningCheck {
    /// Lines that were looked at.
    package private(set) var lines = 0
    /// Why the first of them cannot be signed.
    package private(set) var firstProblem: (line: Int, reason: String)?
    package private(set) var hasSignable = false

    /// Looks no further than the first record that can be signed.
    package init(_ catalog: inout LineFile, _ signer: RecordSigner) throws(SystemError) {
        while !hasSignable, let line = try catalog.next() {
            lines += 1
            if let reason = signer.problem(of: line) {
                if firstProblem == nil { firstProblem = (line.number, reason) }
            } else {
                hasSignable = true
            }
        }
    }

    /// What is wrong; nil where a record can be signed, or there is none.
    package var problem: String? {
        guard !hasSignable, let firstProblem else { return nil }
        let what = lines == 1 ? "the only record cannot be signed" : "none of the \(lines) records can be signed"
        return "\(what): line \(firstProblem.line): \(firstProblem.reason)"
    }
}
