import Glibc
import TestSupport
import Testing

@testable import Transfer

/// What those see who watch a run, in a scripted world.
@Suite struct RunWatchTests {
    private static let video = ScriptedWorld.video()

    /// Notes what it is told.
    private final class Watcher: FetchObserver {
        let interval = 1.0
        var last = FetchProgress()
        var events: [String] = []

        func update(_ progress: FetchProgress) { last = progress }
        func suspend() { events.append("suspend") }
        func goOn() { events.append("go on") }
        func end() { events.append("end") }
    }

    private let watcher = Watcher()

    @Test("Ctrl-Z is for who watches, who is told when it goes on, and interrupts nothing")
    func suspend() {
        let world = ScriptedWorld { Sample.slow(10, Self.video, $0) }
        world.observer = watcher
        world.add("a.mp4")
        world.send(SIGTSTP, after: 3)
        world.send(SIGCONT, after: 4)
        #expect(world.run() == .complete(failures: 0))
        #expect(watcher.events == ["suspend", "go on", "go on", "end"])
    }

    @Test("what a signal interrupted has stopped, and has not failed")
    func stopped() {
        let world = ScriptedWorld { Sample.slow(10, Self.video, $0) }
        world.observer = watcher
        world.add("a.mp4")
        world.send(SIGINT, after: 3)
        world.run()
        #expect((watcher.last.stopped, watcher.last.failed) == (1, 0))
    }

    @Test("the first trouble is kept, and what is a record's own fault is none")
    func trouble() {
        let world = ScriptedWorld { _ in .status(404) }
        world.observer = watcher
        world.add("a.mp4")
        world.run()
        #expect(watcher.last.trouble == nil)
        let down = ScriptedWorld { _ in .status(500) }
        down.observer = watcher
        down.add("b.mp4")
        down.run()
        #expect(watcher.last.trouble?.hasPrefix("'b.mp4': the origin answered 500") == true)
    }

    @Test("each decision is told with its reason, and no query of a URL")
    func decisions() {
        let world = ScriptedWorld { _ in .status(404) }
        world.add(line: #"{"path":"a.mp4","url":"http://origin/a.mp4?Signature=SECRET"}"#)
        world.run()
        #expect(world.decisions.first == "'a.mp4': asks for http://origin/a.mp4, try 1")
        #expect(world.decisions.contains { $0.hasPrefix("'a.mp4': status 404, 0 bytes: not_found, owner record") })
        #expect(world.decisions.contains { $0.hasPrefix("'a.mp4': failed: not_found, owner record, evidence: ") })
        #expect(!world.decisions.joined().contains("SECRET"))
    }
}
