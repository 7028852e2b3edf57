import Foundation
import NDJSON
import POSIX
import TestSupport
import Testing

@Suite struct DocumentReaderTests {
    @Test(
        "the records of a random document are those of a plain reader, in each spelling and in whatever pieces it comes",
        arguments: 1...80)
    func randomDocuments(seed: Int) throws {
        var documents = RandomDocuments(seed: UInt64(seed))
        let (objects, mixed) = documents.records()
        for spelling in RandomDocuments.Spelling.allCases {
            let records = spelling == .sequence ? objects : mixed
            let text = documents.text(of: records, as: spelling)
            let head = text.prefix(max(3, documents.size()))
            let found = try Self.records(head: Array(head), rest: text[head.endIndex...], chunk: documents.size())
            #expect(found == records.map { Array($0.joined()) }, "\(spelling): \(readable(text))")
        }
    }

    /// The records of a document whose head has been read before, and whose rest comes in pieces.
    private static func records(head: [UInt8], rest: ArraySlice<UInt8>, chunk: Int) throws -> [[UInt8]] {
        let folder = try TemporaryFolder()
        let file = try File(reading: try folder.write(Data(rest), to: "rest").path)
        var reader = JSONDocumentReader(file.descriptor, after: head, chunk: chunk)
        var records: [[UInt8]] = []
        repeat {
            while let line = try reader.buffered() { records.append(line.copy) }
        } while try reader.fill()
        return records
    }
}
