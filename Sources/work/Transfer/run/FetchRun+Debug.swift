internal import Records
internal import Store

/// What `--debug` tells of a run. No query of a URL is in it: that is where signatures are.
extension FetchRun {
    /// Tells which hosts are condemned, slowed down or asked again, where that has changed.
    func debugAdmission() {
        guard let debug else { return }
        let holds = admission.holds([], at: now).map(\.reason)
        for reason in holds where !debuggedHolds.contains(reason) { debug("from now on: \(reason)") }
        for reason in debuggedHolds where !holds.contains(reason) { debug("no longer: \(reason)") }
        debuggedHolds = holds
    }
}

extension FileTransfer {
    /// The request that is about to begin.
    var startText: String {
        let place = part.canContinue && part.length > 0 ? " from byte \(part.length)" : ""
        return "'\(record.path)': asks for \(record.url)\(place), try \(tries + 1)"
    }

    /// How the try has ended.
    func endText(_ error: TryError?) -> String {
        let status = answer.status > 0 ? "status \(answer.status)" : "no answer"
        let verdict = error.map { "\($0.code.rawValue), owner \($0.owner.rawValue): \($0.message)" } ?? "whole"
        return "'\(record.path)': \(status), \(bytesOfTry) bytes: \(verdict)"
    }
}
