import Foundation
import TestSupport
import Testing

@Suite struct LogCommandTests {
    @Test("the file that TF_LOG names gets each message with its time, standard error gets it without")
    func log() throws {
        let folder = try TemporaryFolder()
        try folder.write("earlier\n", to: "log")
        let run = try CommandRun.tool("tf-sign", ["--hash", "md4"], environment: ["TF_LOG": folder.path + "/log"])
        let log = String(decoding: try folder.read("log"), as: UTF8.self)
        let lines = log.split(separator: "\n")
        try #require(lines.count == 2)
        #expect(lines[0] == "earlier")
        #expect(lines[1].wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ (tf-sign: .*)/)?.1 == run.errors.dropLast())
    }

    @Test("a log that cannot be written changes nothing")
    func noLog() throws {
        let run = try CommandRun.tool("tf-sign", ["--hash", "md4"], environment: ["TF_LOG": "/nowhere/log"])
        #expect(run.status == 2)
        #expect(run.errors.hasPrefix("tf-sign: "))
    }
}
