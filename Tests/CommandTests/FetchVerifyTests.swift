import Foundation
import Store
import TestSupport
import Testing

/// What a new file is checked against, and what becomes of one that does not agree.
@Suite struct FetchVerifyTests {
    private static let md5 = "95b1bfe3fa24687051d622f7f7b72936"
    private static let sha256 = "39d7e701a6e362184d59f0b9433d98fdd5367d4f25adb0e7665fe877e87321c2"

    private func lesson(faults: [String] = []) throws -> FetchHarness {
        try FetchHarness(serving: Fixture.data("lesson-faststart.mp4"), as: "a.mp4", faults: faults)
    }

    @Test(
        "a real video of each kind arrives whole",
        arguments: ["lesson-faststart.mp4", "lesson-fragmented.mp4", "lesson-quicktime-brand.mp4", "lesson.webm"])
    func whole(name: String) throws {
        let video = try Fixture.data(name)
        let harness = try FetchHarness(serving: video, as: name)
        #expect(try harness.run(harness.line(name)).status == 0)
        #expect(try harness.files() == [name: video])
    }

    @Test(
        "a video that its origin has only in part is not taken, unless only its type is asked for",
        arguments: ["lesson-faststart.mp4", "lesson-quicktime-brand.mp4", "lesson.webm"])
    func cutObject(name: String) throws {
        let harness = try FetchHarness(serving: Fixture.data(name).dropLast(1000), as: name)
        let result = try harness.run(harness.line(name)).result()
        #expect(result["error"] as? String == "not_video")
        #expect(result["retryable"] as? Bool == true)
        #expect(try harness.files().isEmpty)
        #expect(try harness.run(harness.line(name), ["--verify", "type"]).status == 0)
    }

    @Test(
        "what the record says of the bytes holds",
        arguments: [
            #""size":56725"#, #""md5":"\#(md5)""#, #""md5":"\#(md5.uppercased())""#, #""sha256":"\#(sha256)""#,
        ])
    func recordAgrees(field: String) throws {
        let harness = try lesson()
        #expect(try harness.run(harness.line("a.mp4", "," + field)).status == 0)
    }

    @Test(
        "a record that says otherwise is a mismatch, and nothing stays",
        arguments: [
            #""size":56724"#, #""md5":"05b1bfe3fa24687051d622f7f7b72936""#, #""etag":"other""#,
            #""sha256":"09d7e701a6e362184d59f0b9433d98fdd5367d4f25adb0e7665fe877e87321c2""#,
            #""md5":"\#(md5)","sha256":"09d7e701a6e362184d59f0b9433d98fdd5367d4f25adb0e7665fe877e87321c2""#,
        ])
    func recordDisagrees(field: String) throws {
        let harness = try lesson()
        try expectMismatch(harness, harness.line("a.mp4", "," + field))
    }

    @Test(
        "what the answer says of the bytes holds, and what is not a hash of the whole says nothing",
        arguments: [
            "x-amz-checksum-crc32:zMLDZw==", "x-amz-checksum-sha1:WY3D/1NMGjps5YHoxB/Dh0U4bh0=",
            "X-Amz-Checksum-SHA256:OdfnAabjYhhNWfC5Qz2Y/dU2fU8lrbDnZl/od+hzIcI=",
            "x-amz-meta-md5chksum:lbG/4/okaHBR1iL397cpNg==",
            "x-amz-checksum-sha256:OdfnAabjYhhNWfC5Qz2Y/dU2fU8lrbDnZl/od+hzIcA=-3", "x-amz-checksum-sha1:",
            "x-amz-checksum-crc32:zMLDZwAA", "x-amz-checksum-crc64nvme:AAAAAAAAAAA=",
        ])
    func answerAgrees(header: String) throws {
        let harness = try lesson(faults: ["*:header=\(header)"])
        #expect(try harness.run(harness.line("a.mp4")).status == 0)
    }

    @Test(
        "an answer that says otherwise is a mismatch, and nothing stays",
        arguments: [
            "x-amz-checksum-crc32:AMLDZw==", "x-amz-checksum-sha1:AY3D/1NMGjps5YHoxB/Dh0U4bh0=",
            "x-amz-checksum-sha256:AdfnAabjYhhNWfC5Qz2Y/dU2fU8lrbDnZl/od+hzIcI=",
            "x-amz-meta-md5chksum:AbG/4/okaHBR1iL397cpNg==",
        ])
    func answerDisagrees(header: String) throws {
        let harness = try lesson(faults: ["*:header=\(header)"])
        try expectMismatch(harness, harness.line("a.mp4"))
    }

    @Test(
        "an ETag is compared without its quotes, and is an MD5 only where it is said to be",
        arguments: [
            (#"\"95b1bfe3fa24687051d622f7f7b72936\""#, "95b1bfe3fa24687051d622f7f7b72936", [], true),
            ("05b1bfe3fa24687051d622f7f7b72936", "05b1bfe3fa24687051d622f7f7b72936", [], true),
            ("05b1bfe3fa24687051d622f7f7b72936", "05b1bfe3fa24687051d622f7f7b72936", ["--etag-is-md5"], false),
            (md5, md5, ["--etag-is-md5"], true),
            ("05b1bfe3fa24687051d622f7f7b72936-7", "05b1bfe3fa24687051d622f7f7b72936-7", ["--etag-is-md5"], true),
        ])
    func etag(known: String, origin: String, options: [String], agrees: Bool) throws {
        let harness = try lesson(faults: ["*:header=ETag:\"\(origin)\""])
        let line = harness.line("a.mp4", #","etag":"\#(known)""#)
        if agrees {
            #expect(try harness.run(line, options).status == 0)
        } else {
            try expectMismatch(harness, line, options)
        }
    }

    @Test("with --etag-is-md5 the answer's own ETag is enough")
    func answerETag() throws {
        let harness = try lesson(faults: ["*:header=ETag:\"05b1bfe3fa24687051d622f7f7b72936\""])
        try expectMismatch(harness, harness.line("a.mp4"), ["--etag-is-md5"])
    }

    @Test("what is not a hash is a bad record", arguments: [#""md5":"95b1""#, #""sha256":"x""#, #""md5":7"#])
    func badHash(field: String) throws {
        let harness = try lesson()
        #expect(try harness.run(harness.line("a.mp4", "," + field)).result()["error"] as? String == "bad_record")
    }

    @Test(
        "each level leaves out what only those above it check",
        arguments: [("type", false, false), ("size", true, false), ("none", true, true)])
    func levels(level: String, takesText: Bool, takesWrongHash: Bool) throws {
        let page = try FetchHarness(serving: Data("<p>An error page, and a short one</p>".utf8), as: "a.mp4")
        #expect(try page.run(page.line("a.mp4"), ["--verify", level]).status == (takesText ? 0 : 1))
        let harness = try lesson()
        let wrong = harness.line("a.mp4", #","size":56725,"md5":"05b1bfe3fa24687051d622f7f7b72936""#)
        #expect(try harness.run(wrong, ["--verify", level]).status == (takesWrongHash ? 0 : 1))
    }

    @Test("hashes cannot be asked for together with no checks", arguments: ["--verify-existing", "--etag-is-md5"])
    func contradiction(option: String) throws {
        let run = try lesson().run("", ["--verify", "none", option])
        #expect(run.status == 2)
        #expect(run.errors.contains("--verify none checks no hashes"))
    }

    private func expectMismatch(_ harness: FetchHarness, _ line: String, _ options: [String] = []) throws {
        let result = try harness.run(line, options).result()
        #expect(result["error"] as? String == "mismatch")
        #expect(result["retryable"] as? Bool == true)
        #expect(result["attempt"] as? Int == 1)
        #expect(try harness.files().isEmpty)
    }
}
