internal import Synchronization

/// Whether somebody else was seen to write below the output folder: then what this run knows of its folders is not all.
final class OtherWriters: Sendable {
    private let seen = Atomic(false)

    var wereSeen: Bool { seen.load(ordering: .relaxed) }

    func note() { seen.store(true, ordering: .relaxed) }
}
