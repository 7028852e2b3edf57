import Catalog
import SQLite
import TestSupport
import Testing

@Suite struct TemplateTests {
    /// The record of one segment of course 7, channel 3.
    private func record(
        video: String = "mp4:Folder/Sub/Name", title: String = "x", _ rules: RecordRules
    ) throws -> CatalogRun {
        let test = try TestDatabase()
        try test.course(7, title: .text("Blues"), channels: 3)
        try test.segment(11, channel: .integer(3), name: .text(title), video: .text(video))
        return try catalog(test.path, rules)
    }

    @Test(
        "a key is made by a rule or from fields",
        arguments: [
            ("folder", "mp4:Folder/Name", "Folder/Name_med.mp4"),
            ("folder", "mp4:Folder/Sub/Name", "Folder/Name_med.mp4"),
            ("folder", "mp4:Name", "Name_med.mp4"),
            ("folder", "mp4:/Folder/Name", "Folder/Name_med.mp4"),
            ("full-path", "mp4:Folder/Sub/Name", "Folder/Sub/Name_med.mp4"),
            ("full-path", "mp4:a b/é%20", "a b/é%20_med.mp4"),
            ("segment-id", "mp4:Folder/Name", "truefire/11.mp4"),
            ("{folder}-{name}-{video_path}", "mp4:A/B", "A-B-A/B"),
            (
                "{course_id}/{channel_id}/{position}/{course_title}/{channel_title}/{title}", "mp4:A/B",
                "7/3/1/Blues/Chapter 3/x"
            ),
            ("{{{segment_id}}}", "mp4:A/B", "{11}"),
        ])
    func keys(template: String, video: String, key: String) throws {
        #expect(try record(video: video, try rules(path: "{segment_id}", key: template)).values("key") == [key])
    }

    @Test("a key with a NUL byte is refused")
    func nulKey() throws {
        let run = try record(video: "mp4:a/b\u{0}", try rules(path: "{segment_id}"))
        #expect(run.messages == ["FILE: segment 11: the key made from it has a NUL byte"])
    }

    @Test(
        "a text in a path is made safe",
        arguments: [
            ("a/b\\c", "a_b_c"), ("..", "_"), (".", "_"), ("", "_"), ("a\u{0}b\n\t\u{7F}\u{85}", "a_b____"),
            ("🎸 é", "🎸 é"), ("../../etc/passwd", ".._.._etc_passwd"),
        ])
    func safeTexts(title: String, name: String) throws {
        #expect(try record(title: title, try rules(path: "v/{title}")).values("path") == ["v/\(name)"])
    }

    @Test("a name that would be too long is cut between characters, what is not the text's stays")
    func longTexts() throws {
        let run = try record(title: String(repeating: "é", count: 300), try rules(path: "{title}-{segment_id}.mp4"))
        let path = try #require(try run.values("path").first)
        #expect(path.utf8.count <= 255 && path.utf8.count >= 254)
        #expect(path.hasSuffix("é-11.mp4"))
    }

    @Test(
        "a path that the suite keeps for itself is refused",
        arguments: [
            ("x.part", "ends in '.part', which marks unfinished files"),
            (".tf-bulk", "is in '.tf-bulk', where a job keeps its state"),
        ])
    func reserved(title: String, reason: String) throws {
        let run = try record(title: title, try rules(path: "{title}"))
        #expect(run.lines == [])
        #expect(run.messages.first == "FILE: segment 11: path '\(title)' \(reason)")
    }

    @Test("dots that two texts make together do not lead out")
    func dots() throws {
        let run = try record(video: "mp4:a/..", try rules(path: "v/{title}{title}"))
        #expect(try run.values("path") == ["v/xx"])
        #expect(
            try record(title: "-", try rules(path: "{title}/{video_path}.mp4")).values("path")
                == ["-/Folder/Sub/Name.mp4"])
        #expect(try record(video: "mp4:../x", try rules(path: "{video_path}.mp4")).values("path") == ["_/x.mp4"])
    }

    @Test(
        "a template that cannot work is refused",
        arguments: [
            ("", "'' has no field in braces, so all records would be the same"),
            ("a.mp4", "'a.mp4' has no field in braces, so all records would be the same"),
            ("{segment_id", "'{segment_id' has no closing brace (write '{{' for a brace)"),
            ("{segment_id}}", "'{segment_id}}' has a '}' with no '{' (write '}}' for a brace)"),
            ("/{segment_id}", "the path '/{segment_id}' is not relative"),
            ("../{segment_id}", "the path '../{segment_id}' has a component '..'"),
            ("a//{segment_id}", "the path 'a//{segment_id}' has an empty component"),
            ("{segment_id}/", "the path '{segment_id}/' has an empty component"),
        ])
    func badPaths(template: String, message: String) throws {
        let error = #expect(throws: TemplateError.self) { try PathTemplate(template) }
        #expect(error?.description == message)
    }

    @Test("an unknown field is refused with the names of those that there are")
    func unknownField() throws {
        let error = #expect(throws: TemplateError.self) { try KeyTemplate("{id}") }
        #expect(error?.description.hasPrefix("'{id}' is not a field; the fields are {course_id}, ") == true)
    }

    @Test("an unknown rule is refused with the names of those that there are")
    func unknownRule() throws {
        let error = #expect(throws: TemplateError.self) { try KeyTemplate("folders") }
        #expect(error?.description.contains("'folder', 'full-path', 'segment-id'") == true)
    }

    @Test(
        "ids keep paths apart where nothing can run into them",
        arguments: [
            ("truefire-courses/{course_id}/{segment_id}.mp4", true), ("{segment_id}.mp4", true),
            ("{title}/x{segment_id}", true), ("{course_id}{segment_id}", false), ("{course_id}1{segment_id}", false),
            ("{title}-{segment_id}", false), ("{segment_id}-{title}", false), ("{title}", false),
        ])
    func tellsApart(template: String, answer: Bool) throws {
        #expect(try PathTemplate(template).tellsSegmentsApart == answer)
    }
}

@Suite struct URLTemplateTests {
    @Test("a URL is made from fields, percent-encoded; the slashes of a key stay")
    func urls() throws {
        let rules = RecordRules(
            key: try KeyTemplate("full-path"), path: try PathTemplate("{segment_id}"), aliases: [],
            url: try URLTemplate("https://h/v/{key}?t={title}"))
        let run = try catalog(text: #"{"id":1,"courseid":2,"name":"a/b é","video":"mp4:F o/N?"}"#, rules)
        #expect(try run.values("url") == ["https://h/v/F%20o/N%3F_med.mp4?t=a%2Fb%20%C3%A9"])
    }

    @Test(
        "a template that makes no URL is refused",
        arguments: ["{key}", "ftp://h/{key}", "https://h/ {key}", "https://h/"])
    func badTemplates(text: String) { #expect(throws: TemplateError.self) { try URLTemplate(text) } }
}
