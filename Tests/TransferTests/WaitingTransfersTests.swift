import Store
import TestSupport
import Testing

@testable import Transfer

/// What waits for its start: transfers, and lines for hosts that are down.
@Suite struct WaitingTransfersTests {
    private static func waiting(_ dues: [(path: String, host: String, due: Double)]) throws -> WaitingTransfers {
        var waiting = WaitingTransfers()
        for (path, host, due) in dues { waiting.add(try Sample.transfer(path, host: host), due: due) }
        return waiting
    }

    private static func three() throws -> WaitingTransfers {
        try waiting([("1.mp4", "http://a", 5), ("2.mp4", "http://b", 3), ("3.mp4", "http://a", 3)])
    }

    @Test("the first one that is due is next, in the order in which they came")
    func order() throws {
        var waiting = try Self.three()
        #expect(waiting.next(at: 4, mayBegin: { _ in true })?.record.path.text == "2.mp4")
        #expect(waiting.next(at: 4, mayBegin: { _ in true })?.record.path.text == "3.mp4")
        #expect(waiting.next(at: 4, mayBegin: { _ in true }) == nil)
        #expect(waiting.next(at: 5, mayBegin: { _ in true })?.record.path.text == "1.mp4")
        #expect(waiting.isEmpty)
    }

    @Test("one that may not begin holds up none behind it")
    func passedOver() throws {
        var waiting = try Self.three()
        let next = waiting.next(at: 9, mayBegin: { $0.record.url.origin == "http://b" })
        #expect(next?.record.path.text == "2.mp4")
        #expect(waiting.count == 2)
    }

    @Test("the next time is that of the first one that is not due yet")
    func nextDue() throws {
        let waiting = try Self.three()
        #expect(waiting.nextDue(after: 0) == 3)
        #expect(waiting.nextDue(after: 3) == 5)
        #expect(waiting.nextDue(after: 5) == nil)
    }

    @Test("those that were never tried are counted")
    func unbegun() throws {
        var waiting = try Self.three()
        let tried = try Sample.transfer("4.mp4")
        _ = tried.nextRequest()
        waiting.add(tried, due: 0)
        #expect(waiting.unbegun == 3)
        #expect(waiting.next(at: 0, mayBegin: { _ in true }) === tried)
        #expect(waiting.unbegun == 3)
        _ = waiting.next(at: 9, mayBegin: { _ in true })
        #expect(waiting.unbegun == 2)
    }

    @Test("those of one host can be taken out")
    func ofHost() throws {
        var waiting = try Self.three()
        let removed = waiting.removeAll { $0.record.url.origin == "http://a" }
        #expect(removed.map(\.record.path.text) == ["1.mp4", "3.mp4"])
        #expect(waiting.entries.map(\.transfer.record.path.text) == ["2.mp4"])
        #expect(waiting.unbegun == 1)
    }

    @Test("all can be taken out")
    func all() throws {
        var waiting = try Self.three()
        #expect(waiting.removeAll().count == 3)
        #expect(waiting.isEmpty && waiting.unbegun == 0)
    }

    // MARK: - Lines for hosts that are down

    private static func deferred(_ hosts: [String]) -> DeferredRecords {
        var deferred = DeferredRecords()
        for (index, host) in hosts.enumerated() {
            deferred.add(Sample.record("\(index).mp4", host: host, number: index), at: 0)
        }
        return deferred
    }

    @Test("a host's lines come back in their order, when it may be asked")
    func deferredOrder() {
        var deferred = Self.deferred(["http://b", "http://a", "http://b"])
        #expect(deferred.next { origin, _ in origin == "http://b" }?.number == 0)
        #expect(deferred.next { origin, _ in origin == "http://c" } == nil)
        #expect(deferred.next { origin, _ in origin == "http://b" }?.number == 2)
        #expect(deferred.next { origin, _ in origin == "http://b" } == nil)
        #expect(deferred.count == 1)
    }

    @Test("taken out all together, they are in the order of their lines")
    func deferredAll() {
        var deferred = Self.deferred(["http://b", "http://a", "http://b", "http://a"])
        #expect(deferred.removeAll().map(\.number) == [0, 1, 2, 3])
        #expect(deferred.isEmpty)
    }

    @Test("there is room for a thousand of them")
    func deferredRoom() {
        var deferred = Self.deferred(Array(repeating: "http://a", count: 999))
        #expect(deferred.hasRoom)
        deferred.add(Sample.record("1000.mp4", number: 1000), at: 0)
        #expect(!deferred.hasRoom)
    }
}
