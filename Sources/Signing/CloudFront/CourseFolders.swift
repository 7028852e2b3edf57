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

    /// Notes a file of a course. Returns the folders above it, its own included, that are found out to hold files of more
    /// than one course.
    ///
    /// - Parameters:
    ///   - folder: a URL up to a slash.
    ///   - libraryEnd: where the folders of the library begin in it.
    mutating func note(_ folder: ArraySlice<UInt8>, of courseID: Int64?, libraryEnd: Int) -> [[UInt8]] {
        var shared: [[UInt8]] = []
        for slash in folder.indices where slash >= libraryEnd && folder[slash] == UInt8(ascii: "/") {
            let above = Array(folder[...slash])
            switch owners[above] {
            case nil: owners[above] = .course(courseID)
            case .course(courseID), .several: break
            case .course:
                owners[above] = .several
                shared.append(above)
            }
        }
        return shared
    }

    func isShared(_ folder: [UInt8]) -> Bool { owners[folder] == .several }

    /// Whether each part of a path, a slash behind it, names a folder to every origin: some resolve `.` and `..`, and take
    /// two slashes for one.
    static func areNames(in path: ArraySlice<UInt8>) -> Bool {
        path.dropLast().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy { part in
            guard part.count <= 6 else { return true }
            let name = Array(PercentDecoded(part))
            return !name.isEmpty && name != Array(".".utf8) && name != Array("..".utf8)
        }
    }
}
