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
        /// Whose it is, where several hosts work.
        package fileprivate(set) var host: String?
    }

    package struct Hold: Equatable, Sendable {
        package let reason: String
        package let transfers: Int
        /// From now on; nil where it is not known.
        package let seconds: Double?
    }

    /// Nil where it is not one: several hosts work.
    package let process: Int64?
    package let bytesPerSecond: Int64?
    package let secondsLeft: Double?
    /// Bytes a second that are allowed now; nil where any number is.
    package let rateLimit: Int64?
    /// Transfers at one time that are allowed now, where they are others than at the start.
    package let jobs: Int64?
    /// Whether the run finds out itself how many bring most.
    package let isAuto: Bool
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
            isAuto = try line.boolean(.jobsAuto) ?? false
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
        host = try line.string(.host)
    }
}

extension ActiveRun.Hold {
    fileprivate init(_ line: LineScanner<ProgressField>, now: Double) throws(LineError) {
        reason = try line.string(.reason) ?? ""
        transfers = Int(try line.integer(.transfers) ?? 0)
        seconds = try line.number(.until).map { max(0, $0 - now) }
    }
}

extension ActiveRun {
    /// What a worker on another host said last.
    struct Voice {
        /// The host's name.
        let host: String
        let document: [UInt8]
        /// Unix seconds by the clock here; the host's may be another.
        let heardAt: Double
    }

    /// What several workers say, put together: the transfers of all of them, and their rates added up. Nil where none of
    /// them says anything.
    init?(_ voices: [Voice], now: Double) {
        var said: [(run: ActiveRun, host: String)] = []
        let line = LineScanner<ProgressField>()
        for voice in voices {
            guard (try? line.scan(voice.document)) != nil, let time = line.number(ifAny: .time),
                let run = ActiveRun(voice.document, now: time + now - voice.heardAt)
            else { continue }
            said.append((run, voice.host))
        }
        guard !said.isEmpty else { return nil }
        let rates = said.compactMap(\.run.bytesPerSecond)
        process = nil
        bytesPerSecond = rates.isEmpty ? nil : rates.reduce(0) { $0.addingWithinBounds($1) }
        // Each worker has limits of its own.
        (secondsLeft, rateLimit, jobs, isAuto) = (nil, nil, nil, false)
        running = said.flatMap { run, host in
            run.running.map { transfer in
                var transfer = transfer
                transfer.host = host
                return transfer
            }
        }
        waiting = said.flatMap { run, host in
            run.waiting.map { Hold(reason: "\(host): \($0.reason)", transfers: $0.transfers, seconds: $0.seconds) }
        }
        document = Self.document(of: said, rate: bytesPerSecond, now: now)
    }

    private static func document(of said: [(run: ActiveRun, host: String)], rate: Int64?, now: Double) -> [UInt8] {
        let (line, part) = (LineScanner<ProgressField>(), LineScanner<ProgressField>())
        var running: [[UInt8]] = []
        for (run, host) in said {
            guard (try? line.scan(run.document)) != nil, let transfers = try? line.values(.running) else { continue }
            for transfer in transfers where (try? part.scan(transfer)) != nil {
                var object = LineBuffer()
                object.open(copying: part, without: [.host])
                object.add(ProgressField.host, host)
                object.close()
                running.append(object.bytes.dropLast())
            }
        }
        var document = LineBuffer()
        document.open()
        document.add(ProgressField.time, milliseconds: now)
        if let rate { document.add(ProgressField.bytesPerSecond, rate) }
        let list = [UInt8(ascii: "[")] + running.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")]
        list.withUnsafeBytes { document.add(ProgressField.running, raw: $0) }
        document.add(objects: ProgressField.waiting, of: said.flatMap { run, host in run.waiting.map { (host, $0) } }) {
            $0.add(ProgressField.reason, "\($1.0): \($1.1.reason)")
            $0.add(ProgressField.transfers, $1.1.transfers)
            if let seconds = $1.1.seconds { $0.add(ProgressField.until, milliseconds: now + seconds) }
        }
        document.close()
        return document.bytes.dropLast()
    }
}
