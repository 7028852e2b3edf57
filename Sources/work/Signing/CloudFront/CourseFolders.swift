internal import Records

/// Which course the files in a folder and below it belong to, as far as the records have told. It grows by an entry for
/// each folder, not for each file.
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

/// A folder as the origin may take it: by host and path, whatever the scheme, with the letters of the host and the bytes of
/// the path in one spelling. A slash that is percent-encoded parts folders too, as S3 has it.
struct LibraryFolder {
    /// Ends in a slash.
    let name: [UInt8]
    /// Where the folders of the library begin in the name.
    private let start: Int

    /// - Parameter end: behind the slash that ends the folder in the URL.
    init(of url: ResourceURL, upTo end: Int) {
        let host = url.host.map { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") ? $0 | 0x20 : $0 }
        let library = host + PercentDecoded(url.bytes[url.authority.upperBound..<url.libraryEnd])
        name = library + PercentDecoded(url.bytes[url.libraryEnd..<end])
        start = library.count
    }

    /// The names of the folder and of those that it lies in.
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
