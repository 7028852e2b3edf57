import Catalog
import Foundation
import TestSupport
import Testing

/// What a record's file is: by the key's ending, or by a column.
@Suite struct KindTests {
    @Test("the key's ending tells the kind, and a video needs no word for it")
    func endings() throws {
        let listing = #"[{"Key":"a/1.mp4"},{"Key":"a/1.PDF"},{"Key":"a/1.mp3"},{"Key":"a/1.vtt"},{"Key":"x"}]"#
        let run = try catalog(text: listing, try rules(path: "{key}"))
        #expect(
            run.lines == [
                #"{"key":"a/1.mp4","path":"a/1.mp4"}"#, #"{"key":"a/1.PDF","path":"a/1.PDF","kind":"document"}"#,
                #"{"key":"a/1.mp3","path":"a/1.mp3","kind":"audio"}"#,
                #"{"key":"a/1.vtt","path":"a/1.vtt","kind":"subtitles"}"#, #"{"key":"x","path":"x"}"#,
            ])
    }

    @Test("a column tells it before the ending does, and may be called otherwise")
    func column() throws {
        let table = try catalog(text: "key,kind\na.pdf,any\nb.pdf,\nc.mp4,video\n", try rules(path: "{key}"))
        #expect(try table.values("kind") == ["any", "document", "video"])
        let mapped = try catalog(
            text: "key,path,sort,kind\na.bin,a.bin,audio,of no use\n", try ColumnNames(["kind=sort"]))
        #expect(mapped.lines == [#"{"key":"a.bin","path":"a.bin","kind":"audio"}"#])
    }

    @Test(
        "an unknown kind costs the record, with a message that names those that there are",
        arguments: [
            #"{"key":"a.pdf","kind":"movie"}"#, #"{"path":"a.pdf","kind":"movie"}"#, "key,kind\na.pdf,movie\n",
        ])
    func unknown(text: String) throws {
        let run = try catalog(text: text)
        #expect(run.lines.isEmpty)
        #expect(
            run.messages.contains {
                $0.contains("'kind' is 'movie', not 'video', 'audio', 'document', 'subtitles' or 'any'")
            })
    }

    @Test("a record that is one already keeps its kind")
    func finished() throws {
        let line = #"{"path":"a.pdf","kind":"document","x":1.0}"#
        #expect(try catalog(text: line).lines == [line])
    }
}
