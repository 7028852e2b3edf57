internal import Glibc
internal import Journal
internal import POSIX

/// The statistics, as they were read for an earlier request. A request is a process of its own, and a document of 60,000
/// courses takes a tenth of a second: it is kept in the folder of the service, in a form that is read quickly, for as
/// long as the file of the statistics is the same one.
struct KeptStatistics {
    private let place: String

    /// Smaller documents are read as quickly themselves.
    private static let smallest = 1 << 20

    init(in folder: ServiceFolder) { place = folder.statistics }

    /// The statistics in this file; nil where it is missing, or they are not statistics.
    ///
    /// - Parameter now: Unix seconds.
    func summary(of path: String, now: Double) throws(SystemError) -> Summary? {
        do throws(SystemError) {
            // Of one open file, which is replaced whole: what is read is what the stamp is of.
            let file = try File(reading: path)
            let stamp = try FileStamp(file)
            guard stamp.size >= Self.smallest else {
                return Snapshot().read(try file.readAll(limit: Snapshot.longestDocument), now: now)
            }
            if let kept = kept(stamp, now) { return kept }
            guard
                let (summary, quick) = QuickSnapshot().make(
                    of: try file.readAll(limit: Snapshot.longestDocument), now: now)
            else { return nil }
            keep(quick, stamp)
            return summary
        } catch {
            guard error.isMissingFile else { throw error }
            return nil
        }
    }

    /// What is kept of the file with this stamp.
    private func kept(_ stamp: FileStamp, _ now: Double) -> Summary? {
        guard let bytes = try? File(reading: place).readAll(limit: Snapshot.longestDocument) else { return nil }
        let head = Self.head(stamp)
        guard bytes.starts(with: head) else { return nil }
        return QuickSnapshot().read(bytes[head.count...], now: now)
    }

    private static func head(_ stamp: FileStamp) -> [UInt8] { Array("\(QuickSnapshot.form) \(stamp.text)\n".utf8) }

    /// Replaces what is kept, whole. Where that cannot be done, the next request reads the file itself again.
    private func keep(_ quick: [UInt8], _ stamp: FileStamp) {
        let name = "\(place).\(getpid())"
        unlink(name)
        guard let file = try? File(appendingTo: name) else { return }
        let bytes = Self.head(stamp) + quick
        let isWritten = bytes.withUnsafeBytes { (try? file.write($0, at: 0)) != nil }
        if !isWritten || rename(name, place) != 0 { unlink(name) }
    }
}
