import Inventory
import Journal
import NDJSON
import POSIX
import Records
import Store
import ToolSupport

/// What a store has, in place of a folder.
extension TFFiles {
    /// - Parameter mayBeNew: whether nothing need be there yet.
    func listing(of remote: String, mayBeNew: Bool) throws(ToolFailure) -> RemoteListing {
        let place: RemotePlace
        do throws(RemotePlaceError) { place = try RemotePlace(remote) } catch { throw .usage("--remote: \(error)") }
        do throws(RemoteError) {
            return try RemoteListing(place, hashes: options.deep, allowsMissing: mayBeNew)
        } catch .noRclone { throw .refused(RemoteError.noRclone.description) } catch {
            throw .refused("'\(place)': \(error)")
        }
    }

    /// A `skipped` result for each record whose file the store has, and of which the results do not say so: a journal
    /// that was lost is built again of them.
    func printThere(
        _ path: String, in listing: RemoteListing, _ diagnostics: Diagnostics
    ) throws(ToolFailure) {
        let problems = LineProblems(in: LineFile.name(of: path), diagnostics)
        var (records, found) = (0, 0)
        try refusing { () throws(SystemError) in
            var journal = try readJournal() ?? FoldedJournal()
            var catalog = try LineFile(path)
            var output = LineOutput()
            let (scanner, line, clock) = (CatalogScanner(), LineScanner<Field>(), SystemClock())
            while let raw = try catalog.next() {
                do throws(CatalogLineError) {
                    let number = try scanner.enter(raw, in: &journal)
                    records += 1
                    guard !journal[number].state(tries: 1).isThere, line.accepts(raw),
                        // A server over WebDAV or SFTP keeps what was sent before a kill: of a file of unknown size the
                        // store may have but a piece.
                        line.has(.size), let file = listing.file(of: line)
                    else { continue }
                    found += 1
                    output.buffer.openResult(of: line)
                    output.buffer.add(Field.status, Status.skipped.rawValue)
                    if file.size >= 0 { output.buffer.add(Field.bytes, file.size) }
                    output.buffer.add(Field.found, file.path)
                    if let knownAt = journal.knownAt(number) {
                        output.buffer.add(Field.knownAt, milliseconds: knownAt)
                    }
                    output.buffer.add(Field.stored, listing.place.description)
                    output.buffer.add(Field.finishedAt, milliseconds: clock.now)
                    output.buffer.close()
                } catch {
                    problems.note(error, line: raw.number)
                    continue
                }
                try output.lineEnded()
            }
            try output.flush()
        }
        try problems.finish(goodLines: records)
        diagnostics.say("\(found) files are in '\(listing.place)', of which the results do not tell")
    }
}
