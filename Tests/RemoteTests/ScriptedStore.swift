import Foundation
import POSIX
import TestSupport

@testable import Remote

/// A store in memory, that answers as it is told.
final class ScriptedStore: RemoteCalls {
    /// By path, the sizes of what it has.
    private(set) var files: [String: Int] = [:]
    /// For each path, what it answers to copies in place of doing them, in order.
    var refusals: [String: [String]] = [:]
    /// What it answers to every copy.
    var refusal: String?
    /// Whether it takes files and forgets them.
    var forgets = false
    /// Whether calls have no end.
    var hangs = false
    private(set) var copies: [String] = []
    private(set) var hasEnded = false
    private(set) var most = 0
    /// Of all that it was told to wait, while calls ran.
    private(set) var shortestWait = Double.infinity
    /// Answers that come before that of the next call, with the numbers of other calls.
    var strays: [(number: Int, answer: RemoteAnswer)] = []
    /// Whether rclone is gone when it is asked what there is.
    var isGone = false
    private(set) var looks: [String] = []
    private var running: [(number: Int, call: RemoteCall)] = []
    private let clock: TestClock

    init(_ clock: TestClock) { self.clock = clock }

    func has(_ path: String, size: Int) { files[path] = size }

    func start(_ call: RemoteCall, number: Int) {
        running.append((number, call))
        most = max(most, running.count)
    }

    func nextEnded() -> (number: Int, answer: RemoteAnswer)? {
        guard !hangs, !running.isEmpty else { return nil }
        if !strays.isEmpty { return strays.removeFirst() }
        let (number, call) = running.removeFirst()
        return (number, answer(call))
    }

    func wait(_ descriptors: [Int32], seconds: Double) -> [Int32] {
        if !running.isEmpty { shortestWait = min(shortestWait, seconds) }
        let ready = Descriptor.waitForAny(descriptors, seconds: hangs ? 0.01 : 0)
        if running.isEmpty && ready.isEmpty { clock.advance(by: max(seconds, 0.001)) }
        return ready
    }

    func end() {
        hasEnded = true
        running = []
    }

    private func answer(_ call: RemoteCall) -> RemoteAnswer {
        switch call {
        case .info: return .done(Array("{}".utf8))
        case .stat(_, let path, _):
            looks.append(path)
            if isGone { return .gone("it has ended") }
            let item = files[path].map { #"{"Path":"\#(path)","Size":\#($0),"IsDir":false}"# } ?? "null"
            return .done(Array(#"{"item":\#(item)}"#.utf8))
        case .copy(let folder, let from, _, let path):
            copies.append(path)
            if let words = refusals[path]?.first {
                refusals[path]?.removeFirst()
                return .failed(words)
            }
            if let refusal { return .failed(refusal) }
            guard let data = FileManager.default.contents(atPath: "\(folder)/\(from)") else {
                return .failed("object not found")
            }
            if !forgets { files[path] = data.count }
            return .done(Array("{}".utf8))
        case .remove(_, let path):
            files[path] = nil
            return .done(Array("{}".utf8))
        }
    }
}
