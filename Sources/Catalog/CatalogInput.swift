internal import Glibc
internal import POSIX

/// Where a catalogue is read from. What kind of source it is, its first bytes tell.
package struct CatalogInput: Sendable {
    private enum Place {
        case standardInput
        case file(path: String)
    }

    private let place: Place

    package static var standardInput: Self { Self(place: .standardInput) }

    package static func file(_ path: String) -> Self { Self(place: .file(path: path)) }

    /// As it stands in messages.
    package var name: String {
        switch place {
        case .standardInput: "standard input"
        case .file(let path): path
        }
    }

    /// - Parameter courses: the only ones that are wanted, which spares reading the others where that is possible;
    ///   none: all.
    package func source(courses: Set<Int64>) throws(CatalogFailure) -> any RowSource {
        let file = try open()
        let head = try InputHead(of: file, name)
        switch (head.shape, place) {
        case (.database, .file(let path)): return try DatabaseSource(self, path: path, courses: courses)
        case (.database, .standardInput):
            throw CatalogFailure("standard input: a SQLite database cannot be read from a pipe, give it as SOURCE")
        case (.lines, _): return JSONSource(self, lines: SeparateLines(file, after: head.bytes))
        case (.document, _): return JSONSource(self, lines: DocumentLines(file, after: head.bytes))
        }
    }

    /// The same input, if it can be read once more.
    func again() throws(CatalogFailure) -> CatalogInput? {
        guard case .file = place else { return nil }
        let file = try open()
        return withExtendedLifetime(file) { Descriptor.isRegularFile(file.descriptor) } ? self : nil
    }

    private func open() throws(CatalogFailure) -> File {
        switch place {
        case .standardInput: return File(owning: dup(STDIN_FILENO))
        case .file(let path):
            do throws(SystemError) {
                return try File(reading: path)
            } catch {
                throw CatalogFailure("cannot open '\(path)': \(error.reason)")
            }
        }
    }
}
