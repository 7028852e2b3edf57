internal import Records

/// Signs once for a whole course: a custom policy for the folder of its files serves all of them, until half
/// of its lifetime has passed.
package final class CourseSigner: LifetimeSigner {
    /// What a folder's files end with, and for how long.
    private struct Grant {
        let folder: [UInt8]
        let courseID: Int64?
        let query: [UInt8]
        let expires: Int64
        /// Unix seconds from which on it is not given to another file.
        let renewal: Double
    }

    private let key: CloudFrontKey
    let lifetime: Lifetime
    private let conditions: PolicyConditions
    private var folders = CourseFolders()
    private var grants: [[UInt8]: Grant] = [:]
    /// Files of a course mostly come one after the other.
    private var latest: Grant?

    /// At about a kilobyte each. With more folders than that, those that are still needed are signed again.
    private static let mostGrants = 4096

    package let needsCourse = true

    package init(key: CloudFrontKey, lifetime: Lifetime, conditions: PolicyConditions) {
        (self.key, self.lifetime, self.conditions) = (key, lifetime, conditions)
    }

    package func sign(
        _ object: SigningObject, at now: Double, into signed: inout SignedURL
    ) throws(SigningError) {
        let url = object.url
        guard let slash = url.bytes[..<url.pathEnd].lastIndex(of: UInt8(ascii: "/")), slash >= url.libraryEnd else {
            throw .coversMore(
                "the object is at the top of the library: a signature for its folder would open everything")
        }
        let grant = try grant(for: url, upTo: slash + 1, object.courseID, at: now)
        signed.expires = grant.expires
        signed.begin(with: url)
        signed.bytes.append(contentsOf: grant.query)
        guard signed.bytes.count <= CloudFrontKey.longestURL else { throw .tooLong(signed.bytes.count) }
    }

    private func grant(
        for url: ResourceURL, upTo end: Int, _ courseID: Int64?, at now: Double
    ) throws(SigningError) -> Grant {
        let folder = url.bytes[..<end]
        if let latest, latest.courseID == courseID, now < latest.renewal, latest.folder.elementsEqual(folder) {
            return latest
        }
        latest = nil
        let place = LibraryFolder(of: url, upTo: end)
        guard folders.note(place, of: courseID) else {
            throw .coversMore(
                "files of other courses are in the course's folder or below it: a signature for it would open them too")
        }
        guard place.isNamedPlainly else {
            throw .coversMore(
                "the folder has an empty name, '.' or '..' in it: some origins take it for another one")
        }
        let grant = try keptGrant(Array(folder), courseID, at: now)
        latest = grant
        return grant
    }

    private func keptGrant(_ folder: [UInt8], _ courseID: Int64?, at now: Double) throws(SigningError) -> Grant {
        if let grant = grants[folder], now < grant.renewal { return grant }
        let grant = try makeGrant(folder, courseID, at: now)
        if grants.count >= Self.mostGrants { grants.removeAll() }
        grants[folder] = grant
        return grant
    }

    private func makeGrant(_ folder: [UInt8], _ courseID: Int64?, at now: Double) throws(SigningError) -> Grant {
        guard !folder.contains(UInt8(ascii: "*")) else {
            throw .coversMore("the folder's name has a '*': a signature for it would open other folders too")
        }
        let end = lifetime.end(from: now)
        var query: [UInt8] = []
        try key.appendQuery(custom: PolicyText.custom(below: folder, until: end, conditions), to: &query)
        return Grant(
            folder: folder, courseID: courseID, query: query, expires: end, renewal: now + (Double(end) - now) / 2)
    }
}

/// Which course the files in a folder and below it belong to, as far as the records have shown. It grows by an entry
/// for each folder, not for each file.
struct CourseFolders {
    private enum Owner: Equatable {
        /// Nil: records that name no course are taken for one.
        case course(Int64?)
        case several
    }

    private var owners: [[UInt8]: Owner] = [:]

    /// Notes a file of a course. False where its folder, or one below it, is found out to hold files of another course.
    mutating func note(_ folder: LibraryFolder, of courseID: Int64?) -> Bool {
        for above in folder.withThoseAbove {
            switch owners[above] {
            case nil: owners[above] = .course(courseID)
            case .course(courseID), .several: break
            case .course: owners[above] = .several
            }
        }
        return owners[folder.name] != .several
    }
}

/// A folder as the origin may take it: by host and path, whatever the scheme, with the letters of the host and the
/// bytes of the path in one spelling. A slash that is percent-encoded parts folders too, as S3 has it.
struct LibraryFolder {
    /// Ends in a slash.
    let name: [UInt8]
    /// Where the folders of the library begin in the name.
    private let start: Int

    /// - Parameter end: after the slash that ends the folder in the URL.
    init(of url: ResourceURL, upTo end: Int) {
        let host = url.host.map { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") ? $0 | 0x20 : $0 }
        let library = host + PercentDecoded(url.bytes[url.authority.upperBound..<url.libraryEnd])
        name = library + PercentDecoded(url.bytes[url.libraryEnd..<end])
        start = library.count
    }

    /// The names of the folder and of those that it is in.
    var withThoseAbove: some Sequence<[UInt8]> {
        name.indices.lazy.filter { $0 >= start && name[$0] == UInt8(ascii: "/") }.map { Array(name[...$0]) }
    }

    /// Whether each part of it names a folder to every origin: some resolve `.` and `..`, and take two slashes for one.
    var isNamedPlainly: Bool {
        name[start...].dropLast().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy {
            !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8)
        }
    }
}
