internal import Records

/// What each host of a fleet has done, from the lines that name one (`host`). A line that came twice counts once.
package struct HostStatistics: Sendable {
    package struct Host: Equatable, Sendable {
        package let name: String
        package var success = 0
        package var skipped = 0
        package var failed = 0
        /// Bytes that came in all its tries.
        package var received: Int64 = 0
        /// By its own clock, in Unix seconds; nil where no line has a time.
        package var lastResultAt: Double?
        /// What it does now, where that was asked for and it takes part in a run.
        package var present: Fleet.Host?

        package init(name: String) { self.name = name }
    }

    /// Hostile lines could name a new host each.
    private static let mostHosts = 10_000
    private static let longestName = 255

    /// In the order in which they were first named.
    package private(set) var all: [Host] = []
    private var numbers: [String: Int] = [:]
    /// Of the last line, whose neighbours mostly are of the same host.
    private var latest: (name: [UInt8], number: Int) = ([], 0)

    package init() {}

    mutating func note(_ result: ResultLine, by name: UnsafeRawBufferPointer) {
        guard !result.isMark, let number = number(of: name) else { return }
        switch result.status {
        case .success: all[number].success += 1
        case .skipped: all[number].skipped += 1
        case .failed: all[number].failed += 1
        case .queued, .dropped: return
        }
        all[number].received = all[number].received.addingWithinBounds(result.received)
        if let end = result.finishedAt { all[number].lastResultAt = max(all[number].lastResultAt ?? end, end) }
    }

    private mutating func number(of name: UnsafeRawBufferPointer) -> Int? {
        if !latest.name.isEmpty && name.elementsEqual(latest.name) { return latest.number }
        guard !name.isEmpty, name.count <= Self.longestName else { return nil }
        let text = String(decoding: name, as: UTF8.self)
        if numbers[text] == nil {
            guard all.count < Self.mostHosts else { return nil }
            numbers[text] = all.count
            all.append(Host(name: text))
        }
        latest = (Array(name), numbers[text]!)
        return latest.number
    }
}
