import TestSupport
import Testing

@testable import Transfer

/// Whole runs in a scripted world.
@Suite struct FetchRunTests {
    @Test("a record becomes a file and a result")
    func success() {
        let video = ScriptedWorld.video(size: 5000)
        let world = ScriptedWorld { .video(video, $0) }
        world.add("1/a.mp4", fields: #""size":5000"#)
        #expect(world.run() == .complete(failures: 0))
        #expect(world.disk["1/a.mp4"] == video)
        #expect(world.results.map(\.status) == ["success"])
        #expect(world.result(of: "1/a.mp4")?.bytes == 5000)
    }
}
