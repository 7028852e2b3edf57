internal import Transfer

/// What will come, as far as it is known before it does.
package struct ExpectedWork: Sendable {
    /// How many records.
    package var records: Int
    /// How many of them say what their files weigh, and what that is together.
    package var sized = 0
    package var sizedBytes: Int64 = 0

    package init(records: Int) { self.records = records }

    /// Takes one more record into account.
    ///
    /// - Parameter size: what it says that its file weighs.
    package mutating func add(size: Int64?) {
        records += 1
        guard let size, size >= 0 else { return }
        sized += 1
        sizedBytes = Int64(clamping: UInt64(sizedBytes) + UInt64(size))
    }
}

/// What all files weigh together, those that are there and those that are still to come.
package struct ExpectedBytes: Equatable, Sendable {
    /// In `Double`: an origin may promise any size.
    package let bytes: Double
    /// Whether it is what the records say of their files; else some of them were guessed by the mean of the others.
    package let isKnown: Bool
    /// Of a file.
    let mean: Double

    /// Nil while nothing is known of any size.
    init?(_ work: ExpectedWork, _ progress: FetchProgress) {
        let sizes = progress.running.compactMap { $0.size.map { Double($0) } }
        if work.sized > 0 {
            mean = Double(work.sizedBytes) / Double(work.sized)
            bytes = Double(work.sizedBytes) + Double(work.records - work.sized) * mean
        } else {
            let known = progress.there + sizes.count
            guard known > 0 else { return nil }
            let sum = sizes.reduce(Double(progress.successBytes) + Double(progress.skippedBytes), +)
            mean = sum / Double(known)
            bytes = sum + Double(max(0, work.records - known)) * mean
        }
        isKnown = work.sized == work.records
    }
}
