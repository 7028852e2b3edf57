import Catalog
import TestSupport
import Testing

@Suite struct NestedSourceTests {
    private static let course =
        #"{"id":7,"title":"Blues","channels":[{"id":3,"title":"One","segments":["#
        + #"{"id":11,"name":"a","video":"mp4:F/N","runtime":60,"Level":"x"},{"id":12,"name":"b","video":null}]},"#
        + #"{"id":4,"title":null,"segments":[{"id":13,"title":"c","video":"mp4:F/O","channel_id":4}]}]}"#

    private static let records = [
        #"{"course_id":7,"course_title":"Blues","channel_id":3,"channel_title":"One","segment_id":11,"title":"a","#
            + #""position":1,"runtime":60,"key":"F/N_med.mp4","path":"truefire-courses/7/11.mp4","#
            + #""aliases":["truefire-courses/7/segment-11.mp4"],"Level":"x"}"#,
        #"{"course_id":7,"course_title":"Blues","channel_id":4,"segment_id":13,"title":"c","#
            + #""position":3,"key":"F/O_med.mp4","path":"truefire-courses/7/13.mp4","#
            + #""aliases":["truefire-courses/7/segment-13.mp4"]}"#,
    ]

    @Test(
        "a course with its channels and segments in it gives its segments, however the document is built",
        arguments: [
            course, "[\(course)]", "{\"data\":[\(course)]}", "{ \"current_page\": 1,\n \"data\" : [\(course)] }\n",
            "{\"courses\":[\(course)],\"total\":1}",
            "{\"current_page\":1,\"data\":[\(course)],\"path\":\"http://h\",\"links\":[{\"url\":null}]}",
        ])
    func nested(text: String) throws {
        let run = try catalog(text: text)
        #expect(run.lines == Self.records)
        #expect(run.messages == ["FILE: 1 segment without video left out"] && run.isClean)
    }

    @Test(
        "channels or segments that are an object, as PHP writes a list with gaps, are reported",
        arguments: [
            (#"{"id":7,"channels":{"1":{}}}"#, "channels"), (#"{"id":7,"segments":{"1":{}}}"#, "segments"),
            (#"{"id":7,"channels":[{"id":1,"segments":{"1":{}}}]}"#, "segments"),
        ])
    func objects(text: String, name: String) throws {
        #expect(try catalog(text: text).messages == ["FILE: line 1: '\(name)' is an object, not an array"])
    }

    @Test("segments may be in their channel or their course alone")
    func levels() throws {
        let segment = #"{"id":1,"video":"mp4:a/b"}"#
        let channel = #"{"id":3,"courseid":7,"title":"One","segments":[\#(segment)]}"#
        #expect(try catalog(text: channel).values("channel_title") == ["One"])
        #expect(try catalog(text: channel).values("course_id") == ["7"])
        let course = #"{"id":7,"title":"Blues","segments":[\#(segment)]}"#
        #expect(try catalog(text: course).values("course_title") == ["Blues"])
    }

    @Test(
        "a course without segments is counted as one", arguments: [#""channels":[]"#, #""channels":[{"segments":[]}]"#])
    func emptyCourse(channels: String) throws {
        let run = try catalog(text: #"{"id":7,"title":"Blues",\#(channels)}"#)
        #expect(run.messages == ["FILE: 1 course without any video", "FILE: no segments"] && run.isClean)
    }

    @Test("what is not a segment is reported, and the others go on")
    func badSegment() throws {
        let run = try catalog(text: #"{"id":7,"segments":[5,{"id":1,"video":"mp4:a/b"}]}"#)
        #expect(try run.values("segment_id") == ["1"])
        #expect(run.messages == ["FILE: line 1: the line is not a JSON object"])
    }

    @Test("pages one behind the other are one catalogue")
    func pages() throws {
        let page = { (id: Int) in #"{"data":[{"id":\#(id),"courseid":1,"video":"mp4:a/b"}],"next_page_url":null}"# }
        #expect(try catalog(text: page(1) + "\n" + page(2) + "\n").values("segment_id") == ["1", "2"])
    }

    @Test(
        "a page that is cut off cannot be read on",
        arguments: [#"{"data":[{"path":"a"}"#, #"{"data":[{"path":"a"}],"x":1"#])
    func torn(text: String) throws {
        #expect(throws: CatalogError.self) { try catalog(text: text) }
    }

    @Test("a record may have an array that is called like that of a page")
    func arrayOfItsOwn() throws {
        let line = #"{"path":"a","data":[1,{"b":2}]}"#
        #expect(try catalog(text: line).lines == [line])
    }
}
