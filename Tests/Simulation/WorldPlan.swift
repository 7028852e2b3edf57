/// An invented world, before anything happens in it: hosts, objects, what goes wrong and when, and where the process is
/// killed. A value made from a seed; what is left out of it, for a smaller world that fails alike, did not happen.
package struct WorldPlan: Sendable {
    package var seed: UInt64
    package var hosts: [Host]
    package var records: [Record]
    package var troubles: [Trouble]
    package var crashes: [Crash]
    /// The settings of the job.
    package var parallel: Int
    package var quickRetries: Int
    package var patience: Double
    /// Records in a round at most.
    package var limit: Int
    /// Whether URLs are signed when their line is read, and are good for this many seconds.
    package var validity: Double?
    /// Seconds until an origin answers.
    package var latency: Double

    /// An origin, and how it marks its answers.
    package struct Host: Sendable {
        package enum Style: CaseIterable, Sendable {
            /// XML pages with identifiers; a missing object is a 403 where the key may not list.
            case s3
            /// XML pages from the cache or the store behind it.
            case cloudFront
            /// Pages of HTML, and `Server: nginx`.
            case nginx
            /// No field of its own.
            case bare
        }

        package var style: Style
        package var origin: String
    }

    /// One line of the catalogue.
    package struct Record: Sendable {
        package var path: String
        package var host: Int
        package var size: Int
        package var kind: Kind
        /// Whether the line says how many bytes there are.
        package var hasSize: Bool
    }

    /// What is behind a record.
    package enum Kind: CaseIterable, Sendable {
        case video
        /// The object becomes another one in the midst of the job.
        case replaced
        case missing, archived, alwaysFails, alwaysCut, page, zeros
        /// The line's size is another than the object's.
        case wrongSize
        /// The file system does not take a file of its size.
        case tooLarge

        /// Whether what keeps its file away is the record's own fault.
        package var isOwnFault: Bool { self != .video && self != .replaced }

        /// Whether enough of them look as if their host, or the way to it, were to blame.
        package var mayBeTheHosts: Bool { self == .alwaysFails || self == .alwaysCut || self == .page }
    }

    /// Something that goes wrong for a while, in seconds from the world's start.
    package struct Trouble: Sendable {
        package var kind: TroubleKind
        package var from: Double
        package var until: Double

        package func holds(at time: Double) -> Bool { time >= from && time < until }
    }

    package enum TroubleKind: Sendable {
        case host(Int, Mood)
        case way(Way)
        case credentials(Refusal)
        case disk(Int32)
        /// Folder `number` refuses new entries.
        case folder(Int)
        /// No further descriptor.
        case descriptors
        /// The clock of the day jumps by so many seconds, once.
        case clock(Double)
    }

    /// How a host is.
    package enum Mood: CaseIterable, Sendable {
        case refused, unresolved, noAnswer, handshakeCut, reset, certificate
        case overloaded, overloadedForLong, failing, badGateway, tooOften, notFoundPage
        case cut, hanging
        /// It serves, but takes its time.
        case slow
        /// It serves, and resets some.
        case flaky

        /// Whether nothing comes through.
        package var isDown: Bool { self != .slow && self != .flaky }
    }

    package enum Way: CaseIterable, Sendable {
        case portalRedirect, portalPage, proxyPassword, proxyDown, noNetwork, loginRequired, noNames
    }

    package enum Refusal: CaseIterable, Sendable {
        case unknownKey, wrongSignature, wrongRegion, expiredToken, bareForbidden
    }

    /// The process is killed, or the power fails, at so many steps after the last time.
    package struct Crash: Sendable {
        package var steps: Int
        package var isPowerCut: Bool
        /// Of a power cut: whether names are on the disk, while bytes behind them may not be.
        package var keepsNames: Bool
    }
}

// MARK: - What could serve

extension WorldPlan {
    /// When all troubles have ended.
    package var end: Double { troubles.map(\.until).max() ?? 0 }

    /// Whether a request to this host that began now, and all others, would bring its video.
    package func serves(_ host: Int, at time: Double) -> Bool {
        !troubles.contains { trouble in
            guard trouble.holds(at: time) else { return false }
            return switch trouble.kind {
            case .host(let number, let mood): number == host && mood != .slow
            case .way, .credentials: true
            case .disk, .folder, .descriptors, .clock: false
            }
        }
    }

    /// Whether another host serves, but takes its time: its files may have all places.
    func hasSlowHost(but host: Int, at time: Double) -> Bool {
        troubles.contains { trouble in
            guard case .host(let number, .slow) = trouble.kind else { return false }
            return number != host && trouble.holds(at: time)
        }
    }

    /// Whether it has served for so long, and has not asked for a pause.
    package func serves(_ host: Int, from: Double, until: Double) -> Bool {
        !troubles.contains { trouble in
            switch trouble.kind {
            case .host(let number, .overloadedForLong):
                number == host && trouble.from <= until && trouble.until + Self.longRetryAfter > from
            case .host(let number, let mood):
                number == host && mood != .slow && trouble.from <= until && trouble.until > from
            case .way, .credentials: trouble.from <= until && trouble.until > from
            case .disk, .folder, .descriptors, .clock: false
            }
        }
    }

    /// What an origin that is overloaded for long asks for, in seconds.
    package static let longRetryAfter = 5000.0

    /// Whether all that goes wrong lets a file reach the disk.
    package func diskTakes(at time: Double) -> Bool {
        !troubles.contains {
            if case .disk = $0.kind { return $0.holds(at: time) }
            return false
        }
    }
}

extension WorldPlan {
    /// Whether a process of this time never had too few descriptors: one that had asks for one object at a time.
    package func hadDescriptors(from start: Double, until time: Double) -> Bool {
        !troubles.contains {
            if case .descriptors = $0.kind { return $0.from <= time && $0.until > start }
            return false
        }
    }
}

// MARK: - In words

extension WorldPlan: CustomStringConvertible {
    package var description: String {
        var text = "world \(seed): -j \(parallel), --retries \(quickRetries), --patience \(Int(patience)) s"
        text += limit < 1000 ? ", --limit \(limit)" : ""
        text += ", latency \(latency) s" + (validity.map { ", URLs good for \(Int($0)) s" } ?? "") + "\n"
        for (number, host) in hosts.enumerated() { text += "  host \(number): \(host.origin), \(host.style)\n" }
        for record in records {
            text += "  record \(record.path): \(record.kind), \(record.size) bytes\(record.hasSize ? ", told" : "")\n"
        }
        for trouble in troubles {
            text += "  from \(Int(trouble.from)) s to \(Int(trouble.until)) s: \(trouble.kind)\n"
        }
        for crash in crashes {
            text += "  after \(crash.steps) steps: \(crash.isPowerCut ? "power cut" : "killed")"
            text += crash.keepsNames ? ", names stay\n" : "\n"
        }
        return text
    }
}
