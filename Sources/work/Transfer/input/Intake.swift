internal import NDJSON
internal import POSIX
internal import Records
internal import Store

/// Lines in, each parsed once: ready to be fetched, or decided by what it says.
struct Intake: ~Copyable {
    private var reader: LineReader
    private let input: Int32
    private let line = LineScanner<Field>()

    enum Item {
        case ready(FetchRecord)
        case decided(PendingResult)
        /// No line is there yet.
        case nothingYet
        case ended
    }

    /// From a pipe no more is read than a page: a line that waits here for its turn ages like one in the pipe.
    init(_ input: Int32) {
        self.input = input
        Descriptor.shrinkPipe(input)
        reader = LineReader(input, chunk: Descriptor.isRegularFile(input) ? 65536 : 4096)
    }

    /// Reads for one line. An input that never ends a line must not keep transfers and signals from their turn.
    private static let mostReads = 16

    /// The next line; never waits.
    mutating func next() throws(SystemError) -> Item {
        for _ in 0..<Self.mostReads {
            if let raw = reader.buffered() { return parse(raw) }
            guard Descriptor.isReadable(input) else { return .nothingYet }
            guard try reader.fill() else { return .ended }
        }
        return .nothingYet
    }

    private func parse(_ raw: RawLine) -> Item {
        do throws(LineError) { try line.scan(raw) } catch { return reject(Rejection(error), raw.number) }
        if isHandedOn { return .decided(PendingResult(number: raw.number, echo: raw.copy, outcome: .handedOn)) }
        do throws(Rejection) { return .ready(try FetchRecord(line, number: raw.number)) } catch {
            return reject(error, raw.number)
        }
    }

    /// What could not be signed is a result already.
    private var isHandedOn: Bool {
        (try? line.string(.status)) == Status.failed.rawValue && (try? line.string(.stage)) == Stage.sign.rawValue
    }

    private func reject(_ rejection: Rejection, _ number: Int) -> Item {
        var echo = LineBuffer()
        // A URL that could not be read for what it is may be a secret.
        echo.open(copying: line, without: FetchRecord.replaced.union([.url]))
        let outcome = Outcome.failed(Outcome.Failed(trouble: rejection.trouble, isRetryable: false))
        return .decided(PendingResult(number: number, echo: echo.bytes, outcome: outcome))
    }
}

extension Rejection {
    fileprivate var trouble: TryError { TryError(error, message, countsAsAttempt: false) }
}
