import Testing

@testable import Store

@Suite struct RelativePathTests {
    @Test(
        "a path that could leave the output folder is refused",
        arguments: [
            ("", PathError.empty), ("/etc/passwd", .absolute), ("../x", .parent), ("a/../b", .parent),
            ("a/./b", .parent), ("a//b", .emptyComponent), ("a/", .emptyComponent), ("a\u{0}b", .nul),
            ("a/..", .parent), (".", .parent),
        ])
    func refusesUnsafe(text: String, refusal: PathError) {
        #expect(throws: refusal) { try RelativePath(text) }
    }

    @Test("a name of 255 bytes is taken, one of 256 is not")
    func nameLength() throws {
        let longest = String(repeating: "n", count: 255)
        #expect(try RelativePath("a/" + longest).name == longest)
        #expect(throws: PathError.nameTooLong) { try RelativePath("a/n" + longest) }
        #expect(throws: PathError.nameTooLong) {
            try RelativePath(String(repeating: "ü", count: 128) + "/a")
        }
    }

    @Test("a path of 4,095 bytes is taken, one of 4,096 is not")
    func pathLength() throws {
        let longest = String(repeating: "f/", count: 2047) + "n"
        #expect(try RelativePath(longest).text == longest)
        #expect(throws: PathError.tooLong) { try RelativePath(longest + "n") }
    }

    @Test(
        "a name that marks unfinished files is refused, whatever character its dot belongs to",
        arguments: ["a/b.mp4.part", "a/b\u{600}.part"])
    func refusesPart(text: String) {
        let refusal = PathError.reserved("ends in '.part', which marks unfinished files")
        #expect(throws: refusal) { try RelativePath(text) }
    }

    @Test("a path into the folder of a job's state is refused", arguments: [".tf-bulk", ".tf-bulk/results.ndjson"])
    func state(text: String) throws {
        let refusal = PathError.reserved("is in '.tf-bulk', where a job keeps its state")
        #expect(throws: refusal) { try RelativePath(text) }
        #expect(try RelativePath("a/\(text)").text == "a/\(text)")
    }

    @Test("the part's name fits into 255 bytes and tells long names apart")
    func partName() throws {
        #expect(try RelativePath("a/b.mp4").partName == "b.mp4.part")
        let (one, other) = (String(repeating: "é", count: 127) + "1", String(repeating: "é", count: 127) + "2")
        let (first, second) = (try RelativePath(one).partName, try RelativePath(other).partName)
        #expect(first != second)
        #expect(first.utf8.count <= 255 && first.hasSuffix(".part"))
    }
}
