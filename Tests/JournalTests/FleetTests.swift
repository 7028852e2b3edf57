import Foundation
import Journal
import TestSupport
import Testing

/// The folder in which `tf-bulk run --hosts` keeps what it knows of hosts.
@Suite struct FleetTests {
    private let folder: TemporaryFolder
    private let now = Date().timeIntervalSince1970.rounded(.up) + 1

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(
            "web1 web1 2 ssh -p 2200 -- web1\nweb2_22 web2:22 1 ssh -- web2\nweb3 web3 1 ssh\nweb4 web4 1\n",
            to: "table")
        try folder.write("", to: "in.web1")
        try folder.write("", to: "in.web3")
        try folder.write("1790000000\nits worker was lost\n", to: "out.web2_22")
    }

    /// What the worker of a shard says, by a clock that is an hour ahead.
    private func say(_ shard: Int, _ host: String, rate: Int, path: String) throws {
        let time = now + 3600
        try folder.write("\(host) \(shard)\n", to: "hand.\(shard)/who")
        try folder.write(
            #"{"process":7,"time":\#(time),"bytes_per_second":\#(rate),"running":[{"path":"\#(path)","x":1.0,"course_id":3,"#
                + #""bytes":5,"seconds":1}],"waiting":[{"reason":"paused","transfers":1,"until":\#(time + 9)}]}"#,
            to: "hand.\(shard)/beat")
    }

    private func fleet() throws -> Fleet { try #require(try Fleet(folder.path, now: now)) }

    @Test("each host has its state, its shards and its rate, whatever its clock shows")
    func states() throws {
        try say(4, "web1", rate: 100, path: "a.mp4")
        try say(12, "web1", rate: 50, path: "b.mp4")
        let hosts = try fleet().hosts
        #expect(hosts.map(\.name) == ["web1", "web2:22", "web3", "web4"])
        #expect(hosts.map(\.state) == [.working, .leftOut, .ready, .checking])
        #expect(hosts[0].shards == [4, 12] && hosts[0].bytesPerSecond == 150 && hosts[0].heardAt != nil)
        #expect(hosts[1].reason == "its worker was lost")
    }

    @Test("the transfers of all hosts are one list, in which each says whose it is")
    func transfers() throws {
        try say(1, "web1", rate: 100, path: "a.mp4")
        try say(2, "web9", rate: 50, path: "b.mp4")
        let fleet = try fleet()
        let active = try #require(fleet.active)
        #expect(active.running.map(\.path) == ["a.mp4", "b.mp4"])
        #expect(active.running.map(\.host) == ["web1", "web9"])
        #expect(active.bytesPerSecond == 150 && active.courses == [3])
        #expect(active.waiting.map(\.reason) == ["web1: paused", "web9: paused"])
        let left = try #require(active.waiting[0].seconds)
        #expect((5...12).contains(left), "\(left)")
        let document = String(decoding: active.document, as: UTF8.self)
        #expect(document.contains(#"{"path":"a.mp4","x":1.0,"course_id":3,"bytes":5,"seconds":1,"host":"web1"}"#))
        // One that was taken out of the file completes its shard.
        #expect(fleet.hosts.last?.name == "web9")
    }

    @Test("what was said long ago, or is no document, says nothing of the present")
    func silent() throws {
        try say(1, "web1", rate: 100, path: "a.mp4")
        let old = Date(timeIntervalSince1970: now - 60)
        try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: folder.file("hand.1/beat").path)
        try folder.write("web3 2", to: "hand.2/who")
        try folder.write("{}", to: "hand.2/beat")
        try folder.write("web3 x", to: "hand.3/who")
        let fleet = try fleet()
        #expect(fleet.active == nil)
        #expect(fleet.hosts.map(\.shards) == [[1], [], [2], []] && fleet.hosts[0].bytesPerSecond == nil)
        #expect(try Fleet(folder.file("none").path, now: now) == nil)
    }
}
