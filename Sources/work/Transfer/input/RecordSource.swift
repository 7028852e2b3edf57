package import NDJSON
package import POSIX
internal import Records

/// Where the lines of a run come from.
package protocol RecordSource: AnyObject {
    /// Readable when a line, or the end, may be there.
    var descriptor: Int32 { get }

    /// The next line as far as it is there; never waits.
    func next() throws(SystemError) -> SourceItem
}

/// What a source has.
package enum SourceItem {
    /// A record that can be fetched.
    case ready(FetchRecord)
    /// A line whose result is known from what it says.
    case decided(FetchResult)
    /// No line is there yet.
    case nothingYet
    case ended
}

/// Lines from a file or a pipe.
package final class DescriptorSource: RecordSource {
    package let descriptor: Int32
    private var reader: LineReader
    private let parser: RecordParser

    /// From a pipe no more is read than a page: a line that waits here for its turn ages like one in the pipe.
    ///
    /// - Parameter refreshing: whether files that are there are asked for again, if they have changed.
    package init(_ descriptor: Int32, refreshing: Bool = false) {
        self.descriptor = descriptor
        parser = RecordParser(refreshing: refreshing)
        Descriptor.shrinkPipe(descriptor)
        reader = LineReader(descriptor, chunk: Descriptor.isRegularFile(descriptor) ? 65536 : 4096)
    }

    /// Reads for one line. An input that never ends a line must not keep transfers and signals from their turn.
    private static let mostReads = 16

    package func next() throws(SystemError) -> SourceItem {
        for _ in 0..<Self.mostReads {
            if let raw = reader.buffered() { return parser.parse(raw) }
            guard Descriptor.isReadable(descriptor) else { return .nothingYet }
            guard try reader.fill() else { return .ended }
        }
        return .nothingYet
    }
}

/// Parses each line once.
package final class RecordParser {
    private let line = LineScanner<Field>()
    private var last: FetchRecord?
    private let isRefreshing: Bool

    package init(refreshing: Bool = false) { isRefreshing = refreshing }

    package func parse(_ raw: RawLine) -> SourceItem {
        do throws(LineError) { try line.scan(raw) } catch { return reject(RecordError(error), raw.number) }
        return parseScanned(raw.copy, raw.number)
    }

    /// - Parameter bytes: of a line, without its line end.
    package func parse(_ bytes: [UInt8], number: Int) -> SourceItem {
        do throws(LineError) { try line.scan(bytes) } catch { return reject(RecordError(error), number) }
        return parseScanned(bytes, number)
    }

    private func parseScanned(_ copy: @autoclosure () -> [UInt8], _ number: Int) -> SourceItem {
        if isHandedOn { return .decided(FetchResult(number: number, echo: copy(), outcome: .handedOn)) }
        do throws(RecordError) {
            let record = try FetchRecord(line, number: number, after: last, isRefreshed: isRefreshing)
            last = record
            return .ready(record)
        } catch {
            return reject(error, number)
        }
    }

    /// What could not be signed is a result already.
    private var isHandedOn: Bool {
        (try? line.string(.status)) == Status.failed.rawValue && (try? line.string(.stage)) == Stage.sign.rawValue
    }

    private func reject(_ error: RecordError, _ number: Int) -> SourceItem {
        var echo = LineBuffer()
        // A URL that could not be read for what it is may be a secret.
        echo.open(copying: line, without: FetchRecord.replaced.union([.url]))
        let tryError = TryError(error.code, error.message, countsAsAttempt: false)
        let outcome = FetchOutcome.failed(FetchOutcome.Failed(tryError, isRetryable: false))
        return .decided(FetchResult(number: number, echo: echo.bytes, outcome: outcome))
    }
}
