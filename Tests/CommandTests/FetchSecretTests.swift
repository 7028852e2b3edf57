import Testing

/// Signed URLs stay out of results, whatever else the line holds; plain ones pass through.
@Suite struct FetchSecretTests {
    @Test(
        "a url that is signed, or is there twice, is in no result",
        arguments: [
            #","url":"http://127.0.0.1:9/x?Signature=OTHER""#,
            #","url":"http://127.0.0.1:9/x?Signature=OTHER","url":"http://127.0.0.1:9/x""#,
        ])
    func hidden(more: String) throws {
        let harness = try FetchHarness()
        let run = try harness.run(harness.line("a.mp4", more))
        #expect(run.status == 0)
        #expect(!run.output.contains("OTHER") && !run.output.contains("SECRET"))
    }

    @Test("a plain url beside a signed one is in the result, to be signed again")
    func kept() throws {
        let harness = try FetchHarness()
        let run = try harness.run(harness.line("a.mp4", #","url":"http://127.0.0.1:9/x""#))
        #expect(try run.result()["url"] as? String == "http://127.0.0.1:9/x")
    }
}
