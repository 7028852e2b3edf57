import Catalog
import Foundation
import NDJSON
import TestSupport
import Testing

@Suite struct ListingTests {
    private static let amazon = """
        {
            "Contents": [
                {"Key": "a/1.mp4", "LastModified": "2024-01-01T00:00:00+00:00", "ETag": "\\"0123456789abcdef0123456789abcdef\\"", "Size": 1000, "StorageClass": "STANDARD"},
                {"Key": "a/2.mp4", "ETag": "\\"fedcba98765432100000000000000000-12\\"", "Size": 9999999999},
                {"Key": "a/", "ETag": "\\"d41d8cd98f00b204e9800998ecf8427e\\"", "Size": 0},
                {"Key": "a/odd.mp4", "ETag": "\\"not-md5\\"", "Size": 7}
            ],
            "RequestCharged": null
        }
        """
    private static let rclone = """
        [
        {"Path":"a","Name":"a","Size":-1,"ModTime":"2024-01-01T00:00:00Z","IsDir":true},
        {"Path":"a/1.mp4","Name":"1.mp4","Size":1000,"IsDir":false},
        {"Path":"a/3.mp4","Name":"3.mp4","Size":5,"IsDir":false}
        ]
        """

    private func joined(
        _ records: String, _ listing: String, _ write: (inout CatalogMaker, inout LineOutput) throws -> Void
    ) throws -> (lines: [String], messages: [String]) {
        let folder = try TemporaryFolder()
        let target = try folder.write("", to: "output")
        let input = CatalogInput.file(try folder.write(records, to: "records").path)
        let objects = try Listing(.file(try folder.write(listing, to: "listing").path)) { _ in }
        let messages = Messages()
        var catalog = CatalogMaker(
            try input.source(ReadOptions()), defaultRules, Selection(), listing: objects, say: messages.add)
        let handle = try FileHandle(forWritingTo: target)
        var output = LineOutput(handle.fileDescriptor)
        try write(&catalog, &output)
        let lines = String(decoding: try folder.read("output"), as: UTF8.self).split(separator: "\n").map(String.init)
        return (lines, messages.all.map { String($0.drop { $0 != " " }) })
    }

    @Test("records gain size and ETag from the object with their key, and lose what they said before")
    func join() throws {
        let records = """
            {"path":"p1","key":"a/1.mp4","size":5,"x":1.0}
            {"path":"p2","key":"a/2.mp4"}
            {"path":"p3","key":"a/odd.mp4"}
            {"path":"p4","key":"a/none.mp4","size":6}
            """
        let run = try joined(records, Self.amazon) { try $0.write(to: &$1) }
        #expect(
            run.lines == [
                #"{"path":"p1","key":"a/1.mp4","x":1.0,"size":1000,"etag":"\"0123456789abcdef0123456789abcdef\""}"#,
                #"{"path":"p2","key":"a/2.mp4","size":9999999999,"etag":"\"fedcba98765432100000000000000000-12\""}"#,
                #"{"path":"p3","key":"a/odd.mp4","size":7,"etag":"\"not-md5\""}"#,
                #"{"path":"p4","key":"a/none.mp4","size":6}"#,
            ])
        #expect(run.messages == [" 1 record not in the listing (see --missing)"])
    }

    @Test(
        "an ETag is the store's to the byte, whether it is packed or not",
        arguments: [
            "0123456789abcdef0123456789abcdef", "00000000000000000000000000000000",
            "ffffffffffffffffffffffffffffffff-1",
            "0123456789abcdef0123456789abcdef-2147483647", "0123456789abcdef0123456789abcdef-2147483648",
            "0123456789ABCDEF0123456789abcdef", "0123456789abcdef0123456789abcdef-0",
            "0123456789abcdef0123456789abcdef-01", "0123456789abcdef0123456789abcdef-+1",
            "0123456789abcdef0123456789abcdef1", "0123456789abcdef0123456789abcdef-",
            "0123456789abcdef0123456789abcdeg", "0123456789abcdef0123456789abcde", "é123456789abcdef0123456789abcd",
        ])
    func etag(text: String) throws {
        let listing = #"{"Key":"k","ETag":"\"\#(text)\""}"#
        let run = try joined(#"{"path":"p","key":"k"}"#, listing) { try $0.write(to: &$1) }
        #expect(run.lines == [#"{"path":"p","key":"k","etag":"\"\#(text)\""}"#])
    }

    @Test("in whatever order listing and records are, each record gets its own object", arguments: 1...5)
    func order(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let numbers = Array(0..<50)
        // Each number twice: of a key that is there twice the last entry counts.
        let entries =
            numbers.shuffled(using: &random).map { #"{"Key":"k\#($0)","Size":1}"# }
            + numbers.shuffled(using: &random).map { #"{"Key":"k\#($0)","Size":\#($0 + 100)}"# }
        let records = numbers.shuffled(using: &random)
        let run = try joined(
            records.map { #"{"path":"p\#($0)","key":"k\#($0)"}"# }.joined(separator: "\n"),
            entries.joined(separator: "\n")
        ) { try $0.write(to: &$1) }
        #expect(run.lines == records.map { #"{"path":"p\#($0)","key":"k\#($0)","size":\#($0 + 100)}"# })
    }

    @Test("a row's key is made first, then joined")
    func joinRows() throws {
        let row = #"{"id":1,"courseid":2,"key":"a/1.mp4","Level":"x"}"#
        let run = try joined(row, Self.rclone) { try $0.write(to: &$1) }
        #expect(run.lines.first?.contains(#""size":1000,"Level":"x"}"#) == true)
        #expect(run.messages == [" 1 object of the listing in no record (see --extra)"])
    }

    @Test("the records that the store lacks are those that are missing")
    func missing() throws {
        let records = #"{"path":"p","key":"a/1.mp4"}"# + "\n" + #"{"path":"q","key":"b","n":1}"# + "\n"
        #expect(
            try joined(records, Self.rclone) { try $0.writeMissing(to: &$1) }.lines
                == [#"{"path":"q","key":"b","n":1}"#])
    }

    @Test("the objects that no record names are extra, folders are not")
    func extra() throws {
        let records = #"{"path":"p","key":"a/1.mp4"}"# + "\n" + #"{"path":"q","key":"a/odd.mp4"}"# + "\n"
        #expect(
            try joined(records, Self.amazon) { try $0.writeExtra(to: &$1) }.lines
                == [#"{"key":"a/2.mp4","size":9999999999,"etag":"\"fedcba98765432100000000000000000-12\""}"#])
    }

    @Test("a listing is a catalogue itself: each object goes where its key says", arguments: [amazon, rclone])
    func source(listing: String) throws {
        var rules = defaultRules
        rules = RecordRules(
            key: rules.key, path: rules.path, aliases: rules.aliases, objectPath: try PathTemplate("{key}"))
        let run = try catalog(text: listing, rules)
        #expect(try run.values("path") == run.values("key"))
        #expect(try run.values("size").first == "1000")
        #expect(run.isClean && !run.lines[0].contains("aliases"))
    }
}
