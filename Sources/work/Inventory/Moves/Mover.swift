internal import Glibc
package import NDJSON
package import POSIX
internal import Records
internal import Store

/// Renames the files of a plan. Nothing is replaced, and files that take each other's names work. It can be killed at
/// any moment: with the same plan it goes on, since the plan says which file each one is.
package struct Mover: ~Copyable {
    private struct Move {
        let from: RelativePath
        let to: RelativePath
        let isPart: Bool
        let inode: UInt64
        var state = State.waiting

        var name: String { isPart ? from.partName : from.name }
        var newName: String { isPart ? to.partName : to.name }
    }

    private enum State { case waiting, begun, done, left }

    private enum Step {
        case done
        /// Something else has the new name.
        case taken(inode: UInt64)
    }

    private let root: MoveFolder
    private var moves: [Move] = []
    /// By the place that a file leaves.
    private var sources: [ExactText: Int] = [:]
    private var targets: [ExactText: Int] = [:]
    private var inodes: [UInt64: [Int]] = [:]
    /// The latest time that is known of any of the paths.
    private var knownAt: Double?
    private let line = LineScanner<MoveField>()

    /// How many files, and parts, have their new names.
    package var done: Int { moves.count { $0.state == .done } }

    /// Throws EINVAL where a line is not of a plan.
    package init(_ plan: inout LineFile, in root: MoveFolder) throws(SystemError) {
        self.root = root
        while let raw = try plan.next() { try add(raw) }
    }

    private mutating func add(_ raw: RawLine) throws(SystemError) {
        if line.accepts(raw), line.boolean(ifAny: .mark) ?? false {
            if let time = line.number(ifAny: .knownAt) { knownAt = max(time, knownAt ?? time) }
            return
        }
        guard line.accepts(raw), let from = try? line.string(.movedFrom).map(RelativePath.init),
            let to = try? line.string(.path).map(RelativePath.init), let inode = line.integer(ifAny: .inode)
        else {
            throw SystemError("cannot use line \(raw.number), which 'tf-files --moves' did not print", code: EINVAL)
        }
        let move = Move(
            from: from, to: to, isPart: line.boolean(ifAny: .part) ?? false, inode: UInt64(bitPattern: inode))
        if !move.isPart {
            sources[from.exact] = moves.count
            targets[to.exact] = moves.count
        }
        inodes[move.inode, default: []].append(moves.count)
        moves.append(move)
        if let time = line.number(ifAny: .knownAt) { knownAt = max(time, knownAt ?? time) }
    }

    /// Renames all that can be renamed, and removes the folders that are empty then.
    ///
    /// - Parameter left: receives why a file is left where it is.
    package mutating func run(left: (_ path: String, _ reason: String) -> Void) {
        for number in moves.indices { noteIfDone(number) }
        for number in moves.indices where moves[number].state == .waiting { place(number, left) }
        root.removeEmptyFolders(of: moves.lazy.map(\.from))
        root.sync()
    }

    /// What an earlier call has renamed.
    private mutating func noteIfDone(_ number: Int) {
        let move = moves[number]
        do throws(TryError) {
            guard let there = try root.plainFile(move.newName, in: move.to), isOwn(there, move), try !isAside(number)
            else { return }
            let old = try root.status(move.name, in: move.from)
            if old.map({ !isOwn($0, move) }) ?? true { moves[number].state = .done }
        } catch { return }
    }

    /// Gives a file its new name, after those that are in its way.
    private mutating func place(_ number: Int, _ left: (String, String) -> Void) {
        var begun = [number]
        while let current = begun.last {
            moves[current].state = .begun
            do throws(TryError) {
                switch try step(current) {
                case .done: moves[current].state = .done
                case .taken(let inode):
                    guard let other = inTheWay(of: current, inode) else {
                        throw TryError(.unsafePath, "'\(moves[current].to)' is there already")
                    }
                    // They want each other's names.
                    if moves[other].state == .begun { try setAside(other) } else { begun.append(other) }
                    continue
                }
            } catch {
                moves[current].state = .left
                let place = putBack(current) ? "left where it is" : "now '\(asideName(current))' in its old folder"
                left(moves[current].from.text, "\(error.message): it is \(place)")
            }
            begun.removeLast()
        }
    }

    /// The move that will make the place free.
    private func inTheWay(of number: Int, _ inode: UInt64) -> Int? {
        if let other = sources[moves[number].to.exact], isOpen(other), other != number { return other }
        // The name may be another spelling of one that a file leaves.
        return inodes[inode]?.first { $0 != number && isOpen($0) && moves[$0].isPart == moves[number].isPart }
    }

    private func isOpen(_ number: Int) -> Bool { moves[number].state == .waiting || moves[number].state == .begun }

    private func isOwn(_ status: stat, _ move: Move) -> Bool {
        status.st_mode & S_IFMT == S_IFREG && UInt64(status.st_ino) == move.inode
    }
}

// MARK: - One file

extension Mover {
    private mutating func step(_ number: Int) throws(TryError) -> Step {
        let move = moves[number]
        let there = try root.status(move.newName, in: move.to)
        if try isAside(number) {
            guard let there else {
                try root.move(asideName(number), of: move.from, to: move.newName, of: move.to)
                return .done
            }
            guard isOwn(there, move) else { return .taken(inode: UInt64(there.st_ino)) }
            // Both names were the file's: it had two.
            try root.remove(asideName(number), of: move.from)
            return .done
        }
        let source = try root.status(move.name, in: move.from)
        guard let source, isOwn(source, move) else {
            if let there, isOwn(there, move) { return .done }
            throw TryError(.ioError, "it is not there any more, or is another file now")
        }
        if move.isPart, try root.isLocked(move.name, of: move.from) {
            throw TryError(.busy, "a process is fetching it")
        }
        guard let there else {
            try root.move(move.name, of: move.from, to: move.newName, of: move.to)
            return .done
        }
        if inTheWay(of: number, UInt64(there.st_ino)) == nil, isOwn(there, move) {
            // Of files that have several names, the old place is another one's already.
            if let other = targets[move.from.exact], other != number, moves[other].state == .done { return .done }
            // Another spelling of one name, or two names: which, is seen when one is gone.
            try setAside(number)
            return try step(number)
        }
        return .taken(inode: UInt64(there.st_ino))
    }

    /// Beside the old place, so on the same file system.
    private func asideName(_ number: Int) -> String { ".tf-move-\(number)" }

    private func isAside(_ number: Int) throws(TryError) -> Bool {
        let status = try root.status(asideName(number), in: moves[number].from)
        return status.map { isOwn($0, moves[number]) } ?? false
    }

    private func setAside(_ number: Int) throws(TryError) {
        let move = moves[number]
        try root.move(move.name, of: move.from, to: asideName(number), of: move.from)
    }

    /// False where the file keeps its third name: its old one is another file's meanwhile.
    private func putBack(_ number: Int) -> Bool {
        let move = moves[number]
        do throws(TryError) {
            guard try isAside(number) else { return true }
            try root.move(asideName(number), of: move.from, to: move.name, of: move.from)
            return true
        } catch { return false }
    }
}

// MARK: - The journal

extension Mover {
    /// Writes the lines for the journal about all files that have their new names: the old place is empty, and the new
    /// one has the file, whatever was known of either.
    ///
    /// - Parameters:
    ///   - plan: the same again.
    ///   - now: Unix seconds.
    package func write(
        _ plan: inout LineFile, now: Double, to output: inout LineOutput
    ) throws(SystemError) {
        try plan.rewind()
        let after = knownAt.map { max(now, $0 + 0.001) } ?? now
        var number = 0
        while let raw = try plan.next() {
            guard line.accepts(raw) else { continue }
            if line.boolean(ifAny: .mark) ?? false {
                try write(line, at: now, knownAt: after, to: &output)
                continue
            }
            defer { number += 1 }
            let move = moves[number]
            guard move.state == .done, !move.isPart else { continue }
            for path in [move.from, move.to] {
                output.buffer.open()
                output.buffer.add(Field.path, path.text)
                output.buffer.add(Field.status, Status.queued.rawValue)
                output.buffer.add(Field.finishedAt, milliseconds: now)
                if let knownAt { output.buffer.add(Field.knownAt, milliseconds: knownAt) }
                output.buffer.close()
            }
            // A millisecond after the marks.
            try write(line, at: now, knownAt: after, to: &output)
        }
        try output.flush()
    }

    /// A line of the plan as the journal gets it.
    private func write(
        _ line: LineScanner<MoveField>, at now: Double, knownAt: Double, to output: inout LineOutput
    ) throws(SystemError) {
        output.buffer.open(copying: line, without: [.inode, .part, .mark, .knownAt])
        output.buffer.add(Field.finishedAt, milliseconds: now)
        output.buffer.add(Field.knownAt, milliseconds: knownAt)
        output.buffer.close()
        try output.lineEnded()
    }
}

/// The names that only the lines of a plan have.
enum MoveField: UInt8, FieldName {
    /// Which file it is, so that a move that was stopped finds it again wherever it has got to.
    case inode
    /// It is the part of an unfinished fetch.
    case part
    /// There is no file, but a record that was left out.
    case mark
    // What `Mover` reads beside.
    case path, movedFrom, knownAt

    static let names = snakeCaseNames
}
