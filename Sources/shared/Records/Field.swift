/// The names that a reader of lines looks for: an enumeration whose raw values count from 0.
public protocol FieldName: CaseIterable, RawRepresentable, Sendable where RawValue == UInt8 {
    /// The names of all cases, by raw value, as they are written in a line.
    static var names: [String] { get }
}

extension FieldName {
    /// The name as it is written in a line.
    @inlinable public var name: String { Self.names[Int(rawValue)] }
}

extension FieldName {
    /// The names of the cases in the manner of the lines: `courseID` is `course_id`.
    package static var snakeCaseNames: [String] { allCases.map { snakeCase(String(describing: $0)) } }

    private static func snakeCase(_ name: String) -> String {
        var text = ""
        var wasSmall = false
        for character in name {
            if character.isUppercase && wasSmall { text += "_" }
            wasSmall = !character.isUppercase
            text += character.lowercased()
        }
        return text
    }
}

/// A set of at most 64 names.
public struct NameSet<Name: FieldName>: ExpressibleByArrayLiteral, Sendable {
    /// By raw value, a bit for each.
    @usableFromInline package internal(set) var bits: UInt64 = 0

    @inlinable public init(arrayLiteral names: Name...) {
        for name in names { bits |= 1 << UInt64(name.rawValue) }
    }

    package func contains(_ name: Name) -> Bool { bits & 1 << UInt64(name.rawValue) != 0 }

    package func union(_ other: NameSet) -> NameSet {
        var joined = self
        joined.bits |= other.bits
        return joined
    }
}

/// The fields of a record that the tools know, by their names in the lines. All others pass through.
package enum Field: UInt8, FieldName {
    // What the video is: set by tf-catalog.
    case courseID, courseTitle, channelID, channelTitle, segmentID, title, position, runtime
    case key, path, aliases
    // What the file must be: set by whoever knows.
    case kind, size, md5, sha256, etag
    // What the origin said of it: set by tf-fetch.
    case modified
    // Where it is: set by tf-catalog, the user or tf-sign.
    case url, signedURL, expiresAt
    // How it went: set by tf-sign and tf-fetch.
    case status, stage, error, message, retryable, retryAt, httpStatus, bytes, seconds, resumedFrom, found
    case attempt, finishedAt, line, owner, evidence, unchanged, changed, kept
    // In which store the file is: set by tf-store.
    case stored
    // Who has it, and what was known of it then: set by tf-queue.
    case host, run, knownAt
    // Where the file was before: set by tf-files.
    case movedFrom

    package static let names: [String] = allCases.map { field in
        switch field {
        case .courseID: "course_id"
        case .courseTitle: "course_title"
        case .channelID: "channel_id"
        case .channelTitle: "channel_title"
        case .segmentID: "segment_id"
        case .signedURL: "signed_url"
        case .expiresAt: "expires_at"
        case .retryAt: "retry_at"
        case .httpStatus: "http_status"
        case .resumedFrom: "resumed_from"
        case .finishedAt: "finished_at"
        case .knownAt: "known_at"
        case .movedFrom: "moved_from"
        default: String(describing: field)
        }
    }
}

extension NameSet where Name == Field {
    /// What a try wrote about itself. A record that is tried again loses these, and keeps `attempt`.
    package static var lastTry: Self {
        [
            .status, .stage, .error, .message, .retryable, .retryAt, .httpStatus, .bytes, .seconds, .resumedFrom,
            .found, .finishedAt, .line, .owner, .evidence, .stored, .unchanged, .changed, .kept,
            .movedFrom,
        ]
    }

    /// What opens the vault, and what says for how long.
    package static var signature: Self { [.signedURL, .expiresAt] }
}

/// The names in a progress document: what `tf-fetch` says of a run under way, in `--progress json` and `--active`.
package enum ProgressField: UInt8, FieldName {
    case process, time, elapsedSeconds
    case total, success, skipped, failed, retries
    case bytes, bytesPerSecond, secondsLeft
    case running, path, courseID, courseTitle, segmentID, title, size, seconds
    case waiting, reason, transfers, until
    case rateLimit, jobs, jobsAuto
    /// Of a transfer, where several hosts work.
    case host

    package static let names = snakeCaseNames

    /// Seconds after which a document says nothing about the present any more.
    package static let validity = 5.0
}

/// The names in `tf-fetch --evidence`: what was learnt of hosts, of the way to them and of the key, a line for each.
package enum EvidenceField: UInt8, FieldName {
    case suspect, name, signer, askedAt, servedAt, failingSince, failedAt, reason, condemned, records, folders, server
    case amazon, cache, foreign, silent, paged
    /// How many transfers at one time brought most, and until when nothing higher is tried.
    case jobs, quietUntil

    package static let names = snakeCaseNames
}

/// What became of a record.
package enum Status: String, CaseIterable, BitwiseCopyable, Sendable {
    case success
    /// The file was there already.
    case skipped
    case failed
    /// In a journal only: all tries are forgotten.
    case queued
    /// In a journal only: left out until it is queued again.
    case dropped
}

/// Which tool a record failed in.
package enum Stage: String, Sendable {
    case sign, fetch, store
}
