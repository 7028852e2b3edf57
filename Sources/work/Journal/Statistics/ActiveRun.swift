internal import NDJSON
internal import Records

/// What `tf-fetch --active` said a moment ago of the run in progress: the parts of a progress document
/// (tf-records(5)) that people want to see, and the whole.
package struct ActiveRun: Sendable {
    package struct Transfer: Equatable, Sendable {
        /// Nil where its record names none.
        package let courseID: Int64?
        package let courseTitle: String?
        package let title: String?
        package let path: String
        package let bytes: Int64
        package let size: Int64?
        package let seconds: Double
        /// Lately; nil where it is not known.
        package let bytesPerSecond: Int64?
    }

    package struct Hold: Equatable, Sendable {
        package let reason: String
        package let transfers: Int
        /// From now on; nil where it is not known.
        package let seconds: Double?
    }

    package let process: Int64
    package let bytesPerSecond: Int64?
    package let secondsLeft: Double?
    /// Bytes a second that are allowed now; nil where any number is.
    package let rateLimit: Int64?
    /// Transfers at one time that are allowed now, where they are others than at the start.
    package let jobs: Int64?
    package let running: [Transfer]
    package let waiting: [Hold]
    /// One JSON object, as it was written.
    package let document: [UInt8]

    /// The courses that transfers run for.
    package var courses: Set<Int64> { Set(running.compactMap(\.courseID)) }

    /// More than any document is: a thousand transfers with the longest paths there are.
    package static let longestDocument = 16 << 20

    /// Nil where the document is not one of these, or says nothing about the present any more.
    package init?(_ text: [UInt8], now: Double) {
        let line = LineScanner<ProgressField>()
        document = Array(text.prefix { $0 != 0x0A })
        do throws(LineError) {
            try line.scan(document)
            guard let process = try line.integer(.process), let time = try line.number(.time),
                abs(now - time) <= ProgressField.validity
            else { return nil }
            self.process = process
            bytesPerSecond = try line.integer(.bytesPerSecond)
            secondsLeft = try line.number(.secondsLeft)
            rateLimit = try line.integer(.rateLimit)
            jobs = try line.integer(.jobs)
            let part = LineScanner<ProgressField>()
            running = try (line.values(.running) ?? []).map { text throws(LineError) in
                try part.scan(text)
                return try Transfer(part)
            }
            waiting = try (line.values(.waiting) ?? []).map { text throws(LineError) in
                try part.scan(text)
                return try Hold(part, now: now)
            }
        } catch { return nil }
    }
}

extension ActiveRun.Transfer {
    fileprivate init(_ line: LineScanner<ProgressField>) throws(LineError) {
        courseID = try line.integer(.courseID)
        courseTitle = try line.string(.courseTitle)
        title = try line.string(.title)
        path = try line.string(.path) ?? ""
        bytes = try line.integer(.bytes) ?? 0
        size = try line.integer(.size)
        seconds = try line.number(.seconds) ?? 0
        bytesPerSecond = try line.integer(.bytesPerSecond)
    }
}

extension ActiveRun.Hold {
    fileprivate init(_ line: LineScanner<ProgressField>, now: Double) throws(LineError) {
        reason = try line.string(.reason) ?? ""
        transfers = Int(try line.integer(.transfers) ?? 0)
        seconds = try line.number(.until).map { max(0, $0 - now) }
    }
}
