internal import NDJSON
internal import POSIX

/// Who signs the records of a stream: this thread, or several at one time.
package final class SigningTeam {
    let signer: any URLSigner
    private let records: RecordSigner
    private let workers: OrderedWorkers<SigningTask, SignedLine>?
    private let mostUnderWay: Int

    /// Records that a thread has signed, or has still to sign, before the oldest is written: it has another one to
    /// begin with while this one waits for its turn.
    package static let ahead = 2

    /// - Parameter threads: how many sign, if what the signer does is worth handing records over.
    package init(signer: any URLSigner, baseURL: BaseURL?, threads: Int = 1) {
        self.signer = signer
        records = RecordSigner(signer: signer, baseURL: baseURL)
        guard threads > 1, let makeSigner = signer.makerForThreads else {
            (workers, mostUnderWay) = (nil, 1)
            return
        }
        mostUnderWay = threads * Self.ahead
        workers = OrderedWorkers(threads: threads) {
            let records = RecordSigner(signer: makeSigner(), baseURL: baseURL)
            return { task in
                var line = LineBuffer()
                let outcome = task.line.withLine { records.sign($0, at: task.time, into: &line) }
                return SignedLine(line: line, outcome: outcome)
            }
        }
    }

    /// Records that were taken, and are not written yet.
    var underWay: Int { workers?.underWay ?? 0 }

    var hasRoom: Bool { underWay < mostUnderWay }

    /// Signs the record, and tells what became of it; nil where another thread does it, and `next` will tell.
    func sign(_ line: RawLine, at now: Double, into output: inout LineBuffer) -> SigningOutcome? {
        guard let workers else { return records.sign(line, at: now, into: &output) }
        workers.begin(SigningTask(line: LineCopy(line), time: now))
        return nil
    }

    /// Writes the oldest record under way; waits until it is signed.
    func next(into output: inout LineBuffer) -> SigningOutcome {
        guard let signed = workers?.next() else { fatalError("no record is under way") }
        var outcome = signed.outcome
        outcome.start = output.count
        output.append(signed.line)
        return outcome
    }
}

private struct SigningTask: Sendable {
    let line: LineCopy
    let time: Double
}

private struct SignedLine: Sendable {
    let line: LineBuffer
    let outcome: SigningOutcome
}
