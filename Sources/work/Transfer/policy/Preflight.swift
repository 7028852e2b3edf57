internal import POSIX
internal import Records
internal import Store

/// What is checked before the origin is asked for a file: the host, the URL's time, the room on the disk.
struct Preflight {
    private let settings: FetchSettings
    private let output: OutputFolder
    private let clock: any Clock
    private var spaceCheckedAt = -Double.infinity

    /// Seconds between two looks at the free space: a file takes longer than that to fill a disk.
    private static let spaceCheckInterval = 0.1

    init(_ settings: FetchSettings, _ output: OutputFolder, _ clock: any Clock) {
        (self.settings, self.output, self.clock) = (settings, output, clock)
    }

    mutating func check(_ record: FetchRecord) throws(TryError) {
        if let refusal = settings.hosts.refusal(of: record.url) { throw refusal }
        try checkValidity(record)
        try checkSpace()
    }

    /// Whether the URL stays valid long enough. Once more where the record has waited for its start.
    func checkValidity(_ record: FetchRecord) throws(TryError) {
        guard let expiresAt = record.expiresAt, expiresAt - clock.now < settings.minValidity else { return }
        let left = Int64(exactly: (expiresAt - clock.now).rounded(.down)) ?? .min + 1
        let message =
            left <= 0
            ? "the URL expired \(-left) s ago: sign the record again"
            : "the URL expires in \(left) s: sign the record again"
        throw TryError(.expired, message, countsAsAttempt: false)
    }

    private mutating func checkSpace() throws(TryError) {
        guard settings.minFree > 0, clock.monotonic - spaceCheckedAt > Self.spaceCheckInterval else { return }
        spaceCheckedAt = clock.monotonic
        guard let free = output.freeSpace.bytes, free < settings.minFree else { return }
        throw TryError(
            .diskFull, "\(free >> 20) MiB are free, and --min-free keeps \(ByteCount(settings.minFree))",
            countsAsAttempt: false)
    }
}
