internal import Glibc
package import POSIX
package import Records

/// A folder for the files that newer ones replace: each at its path there, and numbered where that is taken.
package final class OldFiles: Sendable {
    private let folder: OutputFolder

    /// Opens the folder, and makes it where it is not there yet. EXDEV where it is on another file system than the files:
    /// nothing could be moved there in one step.
    package init(_ path: String, of files: OutputFolder) throws(SystemError) {
        folder = try OutputFolder(path)
        guard folder.device == files.device else {
            throw SystemError("cannot keep files in '\(path)'", code: EXDEV)
        }
    }

    /// - Parameter folder: on the file system of the files.
    package init(_ folder: OutputFolder) { self.folder = folder }

    /// Keeps the plain file of this path under a second name, so that it is never away from its place before the new one
    /// is there. Nothing is overwritten. What a process that was killed had kept is not kept twice.
    ///
    /// - Returns: where it is, below the folder; nil where there was none.
    package func keep(_ path: RelativePath, of files: OutputFolder) throws(TryError) -> String? {
        guard let source = try files.folder(of: path, making: false),
            let target = try folder.folder(of: path, making: true)
        else { return nil }
        do throws(SystemError) {
            guard let file = try source.status(path.name), file.st_mode & S_IFMT == S_IFREG else { return nil }
            var number = 0
            while true {
                let suffix = number == 0 ? "" : ".\(number)"
                let name = path.name + suffix
                do throws(SystemError) {
                    try source.addName(path.name, in: target, name, movesIfNeeded: true)
                    return path.text + suffix
                } catch {
                    guard error.code == EEXIST else { throw error }
                    if try target.status(name)?.st_ino == file.st_ino { return path.text + suffix }
                }
                number += 1
            }
        } catch { throw TryError(disk: error, at: .newEntry) }
    }

    /// Gives a kept file its place again, if nothing is there: without hard links it was moved. Returns whether there is
    /// something now.
    ///
    /// - Parameter kept: what `keep` returned.
    package func putBack(_ path: RelativePath, of files: OutputFolder, from kept: String) -> Bool {
        do {
            guard let source = try files.folder(of: path, making: false),
                let target = try folder.folder(of: path, making: false)
            else { return false }
            if try source.status(path.name) != nil { return true }
            let suffix = String(decoding: kept.utf8.dropFirst(path.text.utf8.count), as: UTF8.self)
            try target.addName(path.name + suffix, in: source, path.name, movesIfNeeded: true)
            return true
        } catch { return false }
    }
}

/// The file that a newer one is about to replace.
package struct OldFile: Sendable {
    private let path: RelativePath
    private let files: OutputFolder
    private let oldFiles: OldFiles

    package init(_ path: RelativePath, of files: OutputFolder, keptIn oldFiles: OldFiles) {
        (self.path, self.files, self.oldFiles) = (path, files, oldFiles)
    }

    package func keep() throws(TryError) -> String? { try oldFiles.keep(path, of: files) }

    package func putBack(from kept: String) -> Bool { oldFiles.putBack(path, of: files, from: kept) }
}
