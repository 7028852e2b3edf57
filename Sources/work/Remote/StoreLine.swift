internal import Inventory
internal import NDJSON
internal import Records
internal import Store

/// A line about a file that is to go to the store.
final class StoreLine {
    /// As it came.
    private let text: [UInt8]
    /// Its place in the store.
    let path: RelativePath
    /// Its place in the spool.
    let found: RelativePath
    /// What the line says of the file, where it says so.
    let bytes: Int64?
    let md5, sha256: String?
    /// Whether its last try was counted, which is taken back where only the store failed.
    private let isFetched: Bool

    /// Bytes of the file in the spool; nil where it is not there.
    var spooled: Int64?
    var tries = 0
    /// Of its tries, those that the store refused.
    var refusals = 0
    /// When its first try failed.
    var failedAt: Double?
    /// Before which it is not tried again.
    var notBefore = 0.0

    /// Nil where the line is not about a file that is in the spool or in the store: it is passed on as it is.
    ///
    /// - Parameter line: of this text.
    init?(_ line: LineScanner<Field>, _ text: @autoclosure () -> [UInt8]) {
        guard let status = line.string(ifAny: .status).flatMap(Status.init(rawValue:)),
            status == .success || status == .skipped,
            let path = line.string(ifAny: .path).flatMap({ try? RelativePath($0) })
        else { return nil }
        self.path = path
        isFetched = status == .success
        found = line.string(ifAny: .found).flatMap { try? RelativePath($0) } ?? path
        bytes = line.integer(ifAny: .bytes)
        md5 = line.string(ifAny: .md5)?.lowercased()
        sha256 = line.string(ifAny: .sha256)?.lowercased()
        self.text = text()
    }

    /// Seconds after which a file that the store did not take is offered again, while it takes others.
    private static let wait = 60.0

    /// What the result of a failure says again, or does not.
    private static let replaced: NameSet<Field> = [
        .status, .stage, .error, .message, .retryable, .retryAt, .httpStatus, .found, .finishedAt, .owner, .evidence,
        .stored, .attempt,
    ]

    func writeStored(in place: RemotePlace, _ scanner: LineScanner<Field>, to buffer: inout LineBuffer) {
        copyFields(scanner, without: [.stored], to: &buffer)
        buffer.add(Field.stored, place.description)
        buffer.close()
    }

    /// - Parameter isLast: whether the store takes nothing more in this run: then the next one begins with it.
    func writeFailed(
        _ fault: StoreFault, isLast: Bool, now: Double, _ scanner: LineScanner<Field>, to buffer: inout LineBuffer
    ) {
        copyFields(scanner, without: Self.replaced, to: &buffer)
        let counted = max(0, scanner.integer(ifAny: .attempt) ?? 0)
        let attempt = isFetched && fault.owner != .record ? counted - 1 : counted
        if attempt > 0 { buffer.add(Field.attempt, attempt) }
        buffer.add(Field.status, Status.failed.rawValue)
        buffer.add(Field.stage, Stage.store.rawValue)
        buffer.add(Field.error, fault.code.rawValue)
        buffer.add(Field.message, fault.message)
        buffer.add(Field.owner, fault.owner.rawValue)
        buffer.add(Field.retryable, fault.code.isRetryable)
        if fault.code.isRetryable {
            let wait = isLast || fault.code == .interrupted ? 0 : Self.wait
            buffer.add(Field.retryAt, milliseconds: now + wait)
        }
        buffer.add(Field.finishedAt, milliseconds: now)
        buffer.close()
    }

    private func copyFields(
        _ scanner: LineScanner<Field>, without names: NameSet<Field>, to buffer: inout LineBuffer
    ) {
        // It was scanned when it came.
        try? scanner.scan(text)
        buffer.open(copying: scanner, without: names)
    }
}
