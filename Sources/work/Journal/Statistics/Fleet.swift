internal import Glibc
package import POSIX
internal import Records

/// The hosts of a run, as `tf-bulk run --hosts` keeps them in a folder: who takes part (`table`, `in.ID`, `out.ID`), and for
/// each shard that is out who has it (`hand.N/who`) and what its worker said last (`hand.N/beat`).
package struct Fleet: Sendable {
    package struct Host: Equatable, Sendable {
        package enum State: String, Sendable {
            /// It has a shard.
            case working
            /// It gets the next one.
            case ready
            /// For a while, since it failed.
            case leftOut = "left_out"
            /// Its tools are being looked at.
            case checking
        }

        package let name: String
        package fileprivate(set) var state: State
        /// Why it is left out.
        package fileprivate(set) var reason: String?
        /// The numbers of the shards that it has.
        package fileprivate(set) var shards: [Int] = []
        /// Of its workers together; nil where none of them says one.
        package fileprivate(set) var bytesPerSecond: Int64?
        /// When one of its workers said something last, in Unix seconds by the clock here.
        package fileprivate(set) var heardAt: Double?
    }

    /// In the order of their file.
    package private(set) var hosts: [Host] = []
    /// What their workers do now.
    package private(set) var active: ActiveRun?
    /// Changes when a host says something, comes or goes.
    package private(set) var tag = ""

    /// No file here is longer.
    private static let longest = 1 << 20

    /// Nil where there is no such folder.
    ///
    /// - Parameter now: Unix seconds.
    package init?(_ path: String, now: Double) throws(SystemError) {
        let folder: Folder
        do throws(SystemError) { folder = try Folder(path) } catch {
            guard error.isMissingFile else { throw error }
            return nil
        }
        let names = Set(try folder.names().map { String(decoding: $0, as: UTF8.self) })
        for line in Self.lines(of: "table", in: folder) {
            let words = line.split(separator: " ", maxSplits: 3)
            guard words.count >= 3 else { continue }
            let (id, isIn) = (words[0], names.contains("in.\(words[0])"))
            let isOut = !isIn && names.contains("out.\(id)")
            var host = Host(name: String(words[1]), state: isIn ? .ready : isOut ? .leftOut : .checking)
            if isOut { host.reason = Self.lines(of: "out.\(id)", in: folder).dropFirst().first }
            hosts.append(host)
        }
        let hands = names.filter { $0.hasPrefix("hand.") }.sorted().compactMap { Hand($0, in: folder, now: now) }
        for hand in hands { take(hand, now: now) }
        active = ActiveRun(hands.map(\.voice), now: now)
        let latest = hands.map(\.voice.heardAt).max() ?? 0
        tag = "\(Int64(latest * 1000))." + hosts.map { "\($0.state.rawValue.prefix(1))\($0.shards.count)" }.joined()
    }

    private mutating func take(_ hand: Hand, now: Double) {
        let name = hand.voice.host
        // One that was taken out of the file completes its shards.
        let place = hosts.firstIndex { $0.name == name } ?? hosts.count
        if place == hosts.count { hosts.append(Host(name: name, state: .working)) }
        hosts[place].state = .working
        hosts[place].shards.append(hand.shard)
        hosts[place].shards.sort()
        hosts[place].heardAt = max(hosts[place].heardAt ?? 0, hand.voice.heardAt)
        if let rate = ActiveRun([hand.voice], now: now)?.bytesPerSecond {
            hosts[place].bytesPerSecond = (hosts[place].bytesPerSecond ?? 0).addingWithinBounds(rate)
        }
    }

    /// What is there at this moment: files come and go.
    private static func lines(of name: String, in folder: Folder) -> [String] {
        guard let text = try? folder.open(name, .reading).readAll(limit: longest) else { return [] }
        return text.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
    }

    /// A shard that is out.
    private struct Hand {
        let shard: Int
        let voice: ActiveRun.Voice

        /// Nil for one that has ended.
        init?(_ name: String, in fleet: Folder, now: Double) {
            guard let folder = try? fleet.folder(name),
                let who = Fleet.lines(of: "who", in: folder).first?.split(separator: " "), who.count == 2,
                let shard = Int(who[1]), let beat = try? folder.open("beat", .reading), let status = try? beat.status()
            else { return nil }
            self.shard = shard
            let heardAt = Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9
            let document = (try? beat.readAll(limit: ActiveRun.longestDocument)) ?? []
            voice = ActiveRun.Voice(host: String(who[0]), document: document, heardAt: heardAt)
        }
    }
}

extension Summary {
    /// Adds what the hosts do now to what they have done.
    package mutating func take(_ fleet: Fleet) {
        if active == nil { active = fleet.active }
        for present in fleet.hosts {
            let place = hosts.firstIndex { $0.name == present.name } ?? hosts.count
            if place == hosts.count { hosts.append(HostStatistics.Host(name: present.name)) }
            hosts[place].present = present
        }
        hosts.sort { $0.name < $1.name }
    }
}
