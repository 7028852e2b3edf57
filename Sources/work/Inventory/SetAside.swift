internal import Glibc
package import POSIX
package import Records
package import Store

/// Moves files out of a folder into another one on the same file system, each below the same path. Nothing is replaced.
package struct SetAside {
    private let source: MoveFolder
    private let target: MoveFolder

    /// The folder that files are set aside in, if it is there yet: it may be below the one that they come from.
    package static func identity(of place: String) -> FileIdentity? {
        var status = stat()
        return stat(place, &status) == 0 ? FileIdentity(status) : nil
    }

    /// Throws EXDEV where the place is on another file system, EINVAL where it is the folder itself.
    package static func check(_ place: String, for folder: String) throws(SystemError) {
        guard identity(of: place) != identity(of: folder) else {
            throw SystemError("cannot set files aside in the folder that they are in", code: EINVAL)
        }
        guard try Folder(nearest: place).device == Folder(folder).device else {
            throw SystemError("name a folder on the files' own file system, not '\(place)'", code: EXDEV)
        }
    }

    /// - Parameters:
    ///   - source: the folder that the files are in.
    ///   - place: is made where it is not there yet.
    package init(from source: OutputFolder, to place: String) throws(SystemError) {
        self.source = MoveFolder(source)
        target = MoveFolder(try OutputFolder(place))
    }

    package func move(_ path: RelativePath) throws(TryError) {
        try source.move(path.name, of: path, to: path.name, of: path, in: target)
    }

    /// Called at the end: removes the folders that are empty now, and writes the new names to the disk.
    package func finish(_ moved: [RelativePath]) {
        source.removeEmptyFolders(of: moved)
        target.sync()
    }
}

/// How many of a folder's files may be set aside: a catalogue that is empty, or of something else, makes all of them
/// strangers.
package enum StrangerLimit: Equatable, Sendable, CustomStringConvertible {
    case percent(Double)
    case files(Int)

    package static var usual: StrangerLimit { .percent(5) }

    /// A number of files, or a percentage of them with its sign.
    package init?(_ text: String) {
        if text.last == "%" {
            guard let percent = Double(text.dropLast()), (0...100).contains(percent) else { return nil }
            self = .percent(percent)
        } else {
            guard let files = Int(text), files >= 0 else { return nil }
            self = .files(files)
        }
    }

    package func allows(_ strangers: Int, of files: Int) -> Bool {
        switch self {
        case .percent(let percent): Double(strangers) * 100 <= Double(files) * percent
        case .files(let most): strangers <= most
        }
    }

    package var description: String {
        switch self {
        case .percent(let percent):
            (percent == percent.rounded() ? String(Int(percent)) : String(percent)) + "%"
        case .files(let most): String(most)
        }
    }
}
