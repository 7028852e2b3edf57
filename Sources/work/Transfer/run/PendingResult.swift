internal import NDJSON
internal import Records
internal import Store

/// A result on its way: what the record said, and what became of it.
struct PendingResult: Sendable {
    /// The line's number in the input, written where the line itself is bad.
    let number: Int
    /// A line that has been begun with the fields that pass through.
    let echo: [UInt8]
    var outcome: Outcome

    func write(into buffer: inout LineBuffer, now: Double) {
        buffer.append(json: echo)
        switch outcome {
        case .handedOn:
            buffer.append("\n")
            return
        case .success(let fetched): write(fetched, into: &buffer)
        case .skipped(let found, let bytes, let attempt):
            buffer.add(Field.status, Status.skipped.rawValue)
            buffer.add(Field.bytes, bytes)
            buffer.add(Field.found, found.text)
            if let attempt { buffer.add(Field.attempt, attempt) }
        case .failed(let failed): write(failed, into: &buffer)
        }
        buffer.add(Field.finishedAt, milliseconds: now)
        buffer.close()
    }

    private func write(_ fetched: Outcome.Fetched, into buffer: inout LineBuffer) {
        buffer.add(Field.status, Status.success.rawValue)
        buffer.add(Field.httpStatus, fetched.httpStatus)
        buffer.add(Field.bytes, fetched.bytes)
        buffer.add(Field.seconds, milliseconds: fetched.seconds)
        if let offset = fetched.resumedFrom { buffer.add(Field.resumedFrom, offset) }
        buffer.add(Field.attempt, fetched.attempt)
    }

    private func write(_ failed: Outcome.Failed, into buffer: inout LineBuffer) {
        if failed.trouble.error == .badRecord || failed.trouble.error == .unsafePath { buffer.add(Field.line, number) }
        buffer.add(Field.status, Status.failed.rawValue)
        buffer.add(Field.stage, Stage.fetch.rawValue)
        buffer.add(Field.error, failed.trouble.error.rawValue)
        buffer.add(Field.message, failed.trouble.message)
        buffer.add(Field.retryable, failed.isRetryable)
        if let time = failed.retryAt { buffer.add(Field.retryAt, milliseconds: time) }
        if let status = failed.httpStatus { buffer.add(Field.httpStatus, status) }
        if let bytes = failed.bytes { buffer.add(Field.bytes, bytes) }
        if let seconds = failed.seconds { buffer.add(Field.seconds, milliseconds: seconds) }
        if let offset = failed.resumedFrom { buffer.add(Field.resumedFrom, offset) }
        if let attempt = failed.attempt { buffer.add(Field.attempt, attempt) }
    }
}
