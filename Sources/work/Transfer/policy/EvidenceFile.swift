internal import NDJSON
package import POSIX
internal import Records

/// Evidence as lines of a file, one for each suspect, so that the next process begins with what this one has learnt. It
/// has names of hosts, times, words of messages and hashes of paths; nothing that opens anything.
///
///     {"suspect":"host","name":"https://d1.cloudfront.net","served_at":1795401924.138,"server":"AmazonS3"}
extension Evidence {
    private typealias Name = EvidenceField

    /// Nobody knows whether a failure of longer ago than a day has lasted.
    private static let longestTime = 86400.0
    /// After so many seconds it tells nothing any more that a host asked to slow down.
    private static let longestSlowdown = 3600.0
    /// A file with more hosts is not evidence of a library.
    private static let mostHosts = 1000

    /// Reads what an earlier run has written. A file that is not there, or lines that cannot be read, are not evidence.
    package static func read(_ path: String, now: Double) -> Evidence {
        var evidence = Evidence()
        guard var file = try? LineFile(path) else { return evidence }
        let line = LineScanner<Name>()
        while let raw = try? file.next() {
            guard (try? line.scan(raw)) != nil else { continue }
            evidence.add(line, now: now)
        }
        return evidence
    }

    private mutating func add(_ line: LineScanner<Name>, now: Double) {
        if let number = line.integer(ifAny: .jobs), (1...1000).contains(number) {
            let quietUntil = (try? line.number(.quietUntil)).flatMap { $0 }.map { min($0, now + Self.longestTime) }
            let counts = quietUntil.map { now - $0 < Self.longestSlowdown } ?? false
            jobs = SettledJobs(number: Int(number), quietUntil: counts ? quietUntil : nil)
        }
        guard let owner = line.string(ifAny: .suspect).flatMap({ FaultOwner(rawValue: $0) }) else { return }
        let suspect = Self.suspect(owner, line, now: now)
        switch owner {
        case .way: way = suspect
        case .credentials:
            // Somebody may have put them right: they are asked again, and one more refusal is enough.
            credentials = suspect.acquitted
            signer = line.string(ifAny: .signer)
        case .host:
            guard let name = (try? line.string(.name)).flatMap({ $0 }), hosts.count < Self.mostHosts else { return }
            hosts[name, default: suspect] = suspect
            guard let server = (try? line.string(.server)).flatMap({ $0 }) else { return }
            var marks = AnswerMarks()
            marks.server = server
            marks.hasAmazonFields = (try? line.boolean(.amazon)).flatMap { $0 } ?? false
            marks.hasCache = (try? line.boolean(.cache)).flatMap { $0 } ?? false
            self.marks[name, default: marks] = marks
        default: break
        }
    }

    private static func suspect(_ owner: FaultOwner, _ line: LineScanner<Name>, now: Double) -> Suspect {
        func hashes(_ name: Name) -> Set<UInt64> {
            Set(((try? line.strings(name)).flatMap { $0 } ?? []).compactMap { UInt64($0, radix: 16) })
        }
        // A clock that was ahead: what happened in the future has happened just now.
        func time(_ name: Name) -> Double? { (try? line.number(name)).flatMap { $0 }.map { min($0, now) } }
        func isSet(_ name: Name) -> Bool { (try? line.boolean(name)).flatMap { $0 } ?? false }
        var served = Suspect()
        if let servedAt = time(.servedAt) { served.serve(at: servedAt) }
        served.askedAt = time(.askedAt)
        guard let failingSince = time(.failingSince) else { return served }
        let failedAt = time(.failedAt) ?? failingSince
        let isOld = now - failedAt >= longestTime
        // Refused keys are put right by somebody; whether a host or the way is, one request tells.
        if isOld && owner == .credentials { return served }
        let suspect = Suspect(
            records: hashes(.records), folders: hashes(.folders), failingSince: failingSince, failedAt: failedAt,
            servedAt: served.servedAt, reason: line.string(ifAny: .reason) ?? "", isForeign: isSet(.foreign),
            isSilent: isSet(.silent), hasGivenPage: isSet(.paged), isCondemned: isSet(.condemned),
            askedAt: served.askedAt)
        return isOld ? suspect.rested(since: now) : suspect
    }

    /// Puts it in place of what the file said before, whole.
    package func write(to file: ReplacedFile) throws(SystemError) {
        var lines = LineBuffer()
        Self.add(way, .way, to: &lines) { _ in }
        Self.add(credentials, .credentials, to: &lines) { if let signer { $0.add(Name.signer, signer) } }
        for (name, host) in hosts.sorted(by: { $0.origin < $1.origin }) {
            Self.add(host, .host, to: &lines) { line in
                line.add(Name.name, name)
                guard let marks = marks[name] else { return }
                line.add(Name.server, marks.server)
                if marks.hasAmazonFields { line.add(Name.amazon, true) }
                if marks.hasCache { line.add(Name.cache, true) }
            }
        }
        if let jobs {
            lines.open()
            lines.add(Name.jobs, jobs.number)
            if let time = jobs.quietUntil { lines.add(Name.quietUntil, milliseconds: time) }
            lines.close()
        }
        try file.replace(lines.bytes)
    }

    private static func add(
        _ suspect: Suspect, _ owner: FaultOwner, to lines: inout LineBuffer, _ more: (inout LineBuffer) -> Void
    ) {
        lines.open()
        lines.add(Name.suspect, owner.rawValue)
        more(&lines)
        if let time = suspect.askedAt { lines.add(Name.askedAt, milliseconds: time) }
        if let time = suspect.servedAt { lines.add(Name.servedAt, milliseconds: time) }
        if let time = suspect.failingSince {
            lines.add(Name.failingSince, milliseconds: time)
            if let time = suspect.failedAt { lines.add(Name.failedAt, milliseconds: time) }
            lines.add(Name.reason, suspect.reason)
            if suspect.isForeign { lines.add(Name.foreign, true) }
            if suspect.isSilent { lines.add(Name.silent, true) }
            if suspect.hasGivenPage { lines.add(Name.paged, true) }
            lines.add(Name.condemned, suspect.isCondemned)
            lines.add(Name.records, suspect.records.sorted().map { String($0, radix: 16) })
            lines.add(Name.folders, suspect.folders.sorted().map { String($0, radix: 16) })
        }
        lines.close()
    }
}
