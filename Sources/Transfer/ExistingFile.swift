internal import Glibc
internal import POSIX

/// Looks for the file of a record that was fetched before.
struct ExistingFile {
    let path: RelativePath
    let size: Int64

    /// The file under the record's path or one of its aliases, if it passes the checks of a fetched file. What stands
    /// there and does not pass is no file: it will be replaced once a whole one has arrived.
    static func find(_ record: FetchRecord, in output: OutputFolder) throws(Trouble) -> ExistingFile? {
        if let size = try size(of: record.path, record.expected, output, isTarget: true) {
            return ExistingFile(path: record.path, size: size)
        }
        for alias in record.aliases {
            if let size = try size(of: alias, record.expected, output, isTarget: false) {
                return ExistingFile(path: alias, size: size)
            }
        }
        return nil
    }

    private static func size(
        of path: RelativePath, _ expected: ExpectedFile, _ output: OutputFolder, isTarget: Bool
    ) throws(Trouble) -> Int64? {
        do throws(Trouble) {
            guard let folder = try output.folder(of: path, making: false) else { return nil }
            return try inspect(path.name, folder, expected)
        } catch {
            // Only the place that will be written to has to be safe.
            if isTarget { throw error }
            return nil
        }
    }

    private static func inspect(_ name: String, _ folder: Folder, _ expected: ExpectedFile) throws(Trouble) -> Int64? {
        do throws(SystemError) {
            let file = try folder.open(name, .reading)
            let status = try file.status()
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw SystemError("'\(name)' is no plain file", code: EISDIR)
            }
            let size = Int64(status.st_size)
            guard size >= ExpectedFile.smallest, size == expected.size ?? size else { return nil }
            return VideoType(prefix: try file.read(at: 0, count: VideoType.prefixLength)) == nil ? nil : size
        } catch {
            if error.code == ENOENT { return nil }
            throw Trouble(disk: error)
        }
    }
}
