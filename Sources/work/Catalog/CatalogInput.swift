internal import Glibc
internal import POSIX

/// Where a catalogue is read from. What kind of source it is, its first bytes tell.
package struct CatalogInput: Sendable {
    private enum Place {
        case standardInput
        case file(path: String)
        case server(PageServer)
    }

    private let place: Place

    package static var standardInput: Self { Self(place: .standardInput) }

    package static func file(_ path: String) -> Self { Self(place: .file(path: path)) }

    package static func server(_ server: PageServer) -> Self { Self(place: .server(server)) }

    /// As it stands in messages.
    package var name: String {
        switch place {
        case .standardInput: "standard input"
        case .file(let path): path
        case .server(let server): server.name
        }
    }

    /// Opens the source and looks at its start.
    package func source(_ reading: Reading) throws(CatalogFailure) -> any RowSource {
        switch place {
        case .standardInput: return try source(File(owning: dup(STDIN_FILENO)), reading)
        case .file(let path): return try source(Self.open(path), reading)
        case .server(let server): return json(PageLines(server), reading)
        }
    }

    private func source(_ file: File, _ reading: Reading) throws(CatalogFailure) -> any RowSource {
        let head = try InputHead(of: file, name)
        switch (head.shape, place) {
        case (.database, .file(let path)) where Descriptor.isRegularFile(file.descriptor):
            return try DatabaseSource(self, path: path, reading)
        case (.database, _):
            throw CatalogFailure("\(name): a SQLite database cannot be read as a stream, give the path of its file")
        case (.table(let dialect), _): return try TableSource(self, file, dialect, after: head.bytes, reading)
        case (.lines, _): return json(SeparateLines(file, after: head.bytes), reading)
        case (.document, _): return json(DocumentLines(file, after: head.bytes), reading)
        }
    }

    private func json(_ lines: some JSONLines, _ reading: Reading) -> JSONSource {
        JSONSource(name, lines, reading.names) { () throws(CatalogFailure) in try again()?.source(reading) }
    }

    /// The same input, if it can be read once more.
    func again() throws(CatalogFailure) -> CatalogInput? {
        guard case .file(let path) = place else { return nil }
        let file = try Self.open(path)
        return withExtendedLifetime(file) { Descriptor.isRegularFile(file.descriptor) } ? self : nil
    }

    private static func open(_ path: String) throws(CatalogFailure) -> File {
        do throws(SystemError) { return try File(reading: path) } catch {
            throw CatalogFailure("cannot open '\(path)': \(error.reason)")
        }
    }
}
